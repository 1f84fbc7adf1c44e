// Listens to `api/live`: says what came, and how the connection is. The only module that touches the network.

const QUIET_MS = 15_000;
const AGAIN_MS = 3_000;

/**
 * @typedef {"connecting" | "live" | "lost" | "paused"} State
 *
 * @typedef {object} Listener
 * @property {(live: import("./types.js").Live) => void} onLive
 * @property {(now: number) => void} onStill What is shown is still so
 * @property {(state: State) => void} onState
 */

/**
 * Stays connected, as long as nobody pauses it and somebody can see the page.
 * @param {Listener} listener
 */
export function listen(listener) {
  /** @type {EventSource | undefined} */
  let source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let watchdog;
  let paused = false;

  /** @param {number} after */
  function watch(after) {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      listener.onState("lost");
      open();
    }, after);
  }

  function close() {
    clearTimeout(watchdog);
    source?.close();
    source = undefined;
  }

  /** @param {MessageEvent} message */
  function heard(message) {
    watch(QUIET_MS);
    listener.onState("live");
    return JSON.parse(message.data);
  }

  function open() {
    close();
    source = new EventSource("api/live");
    source.addEventListener("live", (message) => listener.onLive(heard(message)));
    source.addEventListener("still", (message) => listener.onStill(heard(message).now));
    source.addEventListener("error", () => {
      listener.onState("lost");
      // The browser comes again by itself, unless it was answered something else than a stream.
      if (source?.readyState === EventSource.CLOSED) watch(AGAIN_MS);
    });
    watch(QUIET_MS);
  }

  function follow() {
    close();
    if (paused || document.hidden) return;
    listener.onState("connecting");
    open();
  }

  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && follow());
  open();
  return {
    /** @param {boolean} wanted */
    pause(wanted) {
      paused = wanted;
      if (wanted) listener.onState("paused");
      follow();
    },
  };
}
