/** A browser and a server for the tests: a clock, web storage, locks and a network that wait for nobody. */

export const NOW = 1_700_000_000_000;
const LONGEST_TIMER = 2 ** 31 - 1;
const TOO_MANY = 2_000;

/** Everything that is due without time passing has happened. */
export const settle = () => new Promise(setImmediate);

/** A clock that moves only when told to. Each timer has an owner, which may be gone before it. */
export function makeClock() {
  let now = NOW;
  let timers = [];
  const cleared = [];
  return {
    now: () => now,
    /** As if somebody had set the computer's clock; timers do not mind. */
    set(to) {
      for (const timer of timers) timer.at += to - now;
      now = to;
    },
    setTimeout(run, ms, owner) {
      const wait = ms > 0 && ms <= LONGEST_TIMER ? ms : 0;
      const timer = { run, at: now + wait, owner };
      timers.push(timer);
      return timer;
    },
    /** What clearTimeout was given; a browser takes `true` for 1, which is somebody else's timer. */
    cleared,
    clearTimeout(timer) {
      cleared.push(timer);
      timers = timers.filter((other) => other !== timer);
    },
    forget(owner) {
      timers = timers.filter((timer) => timer.owner !== owner);
    },
    /** In how many ms each timer of a page is due. Those of the network have no owner. */
    pending: () => timers.filter(({ owner }) => owner).map(({ at }) => at - now),
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (let ran = 0; ; ran++) {
        const [next] = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        if (ran > TOO_MANY) throw new Error("timers without an end");
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.at);
        next.run();
        await settle();
      }
      now = end;
    },
  };
}

/** Web storage; `full` refuses to take more, `broken` to do anything. */
export function makeStorage(kept = {}) {
  const state = { full: false, broken: false };
  const check = () => {
    if (state.broken) throw new DOMException("The operation is insecure", "SecurityError");
  };
  const area = new Proxy(kept, {
    get(target, name) {
      check();
      return target[name];
    },
    ownKeys(target) {
      check();
      return Reflect.ownKeys(target);
    },
    set(target, name, value) {
      check();
      if (state.full) throw new DOMException("The quota has been exceeded", "QuotaExceededError");
      target[name] = String(value);
      return true;
    },
  });
  return { area, kept, state };
}

/** Web Locks, for all tabs of an origin. */
export function makeLocks() {
  const waiting = new Map();
  const requests = [];

  function grant(name) {
    const [first] = waiting.get(name);
    if (!first || first.held) return;
    first.held = true;
    Promise.resolve()
      .then(() => first.run({ name }))
      .then(first.resolve, first.reject)
      .finally(() => release(name, first));
  }

  function release(name, request) {
    waiting.set(name, waiting.get(name).filter((other) => other !== request));
    grant(name);
  }

  return {
    requests,
    request(name, run, owner) {
      return new Promise((resolve, reject) => {
        requests.push({ name, owner });
        if (!waiting.has(name)) waiting.set(name, []);
        waiting.get(name).push({ run, resolve, reject, owner });
        grant(name);
      });
    },
    /** A page that is gone neither holds a lock nor waits for one. */
    forget(owner) {
      for (const [name, requests] of waiting) {
        waiting.set(name, requests.filter((request) => request.owner !== owner));
        grant(name);
      }
    },
  };
}

export const SUCCESS = { status: 200, text: '{"success":true}' };
export const BUSY = { status: 503, text: '{"success":false,"error":"try later"}' };
/** Nobody is there: fetch fails. */
export const OFFLINE = { fails: true };
/** The request goes, and nobody answers. */
export const SILENCE = { silent: true };

/** What arrives, and what is answered: `server.answer` is an answer, or makes one of a request. */
export function makeServer(clock) {
  const server = {
    answer: SUCCESS,
    /** Everything that was sent, with what was answered. */
    requests: [],
    flying: [],
    /** Most requests that were under way at once. */
    most: 0,
    /** Ids that were under way twice at once. */
    twice: [],
    taken: () => server.requests.filter(({ answer }) => answer.text === SUCCESS.text).map(({ data }) => data),
    events: (...types) =>
      server.taken().flatMap(({ events }) => events.filter(([type]) => !types[0] || types.includes(type))),
    receive(request) {
      const { data } = JSON.parse(request.body);
      const whole = { ...request, data, at: clock.now() };
      whole.answer = typeof server.answer == "function" ? server.answer(whole) : server.answer;
      server.requests.push(whole);
      if (server.flying.includes(data.id)) server.twice.push(data.id);
      server.flying.push(data.id);
      server.most = Math.max(server.most, server.flying.length);
      return whole;
    },
    done({ data }) {
      server.flying.splice(server.flying.indexOf(data.id), 1);
    },
  };
  return server;
}

/** One origin in one browser. Pages that are given the same one are its tabs. */
export function makeBrowser({ locks = true } = {}) {
  const clock = makeClock();
  return { clock, server: makeServer(clock), local: makeStorage(), locks: locks && makeLocks(), escaped: [] };
}
