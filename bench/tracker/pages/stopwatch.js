/** Runs before the tracker: keeps how long each call of its listeners and timers takes, in ms. */
{
  const durations = (window.durations = {});

  function timed(name, run) {
    // What Google's library listens to is told apart by the file that asks for it.
    const whose = new Error().stack.includes("vitals") ? "vitals.js" : name;
    return function (...args) {
      const began = performance.now();
      try {
        return run.apply(this, args);
      } finally {
        (durations[whose] ??= []).push(performance.now() - began);
      }
    };
  }

  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (name, run, options) {
    return listen.call(this ?? window, name, typeof run === "function" ? timed(name, run) : run, options);
  };

  // What the clock says of a function that does nothing.
  listen.call(window, "mousemove", timed("(an empty one)", () => {}));

  const wait = window.setTimeout;
  window.setTimeout = (run, ms) => wait(timed("timer", run), ms);
}
