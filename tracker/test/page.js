/** A page, a clock and a browser's beacon for the tests: none of them waits or touches a network. */

import { Window } from "happy-dom";

export const NOW = 1_700_000_000_000;

/** A clock that moves only when told to. */
export function makeClock() {
  let now = NOW;
  let timers = [];
  return {
    now: () => now,
    setTimeout: (run, ms) => {
      const timer = { run, at: now + ms };
      timers.push(timer);
      return timer;
    },
    clearTimeout: (timer) => {
      timers = timers.filter((other) => other !== timer);
    },
    pending: () => timers.map((timer) => timer.at - now),
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
  };
}

/** A window that shows `html`; `page.bodies` collects what its sendBeacon has taken. */
export function makePage(html = "", { url = "https://shop.example/list?p=1" } = {}) {
  const page = new Window({ url });
  page.document.title = "Shop";
  page.document.body.innerHTML = html;
  page.bodies = [];
  page.accepts = () => true;
  page.navigator.sendBeacon = (endpoint, body) => {
    if (!page.accepts(body)) return false;
    page.bodies.push({ endpoint, body, data: JSON.parse(body).data });
    return true;
  };
  return page;
}

/** Runs one capture module on the page and returns the list that its events go to. */
export function run(capture, page, { clock = makeClock(), config = { mouseIntervalMs: 100 } } = {}) {
  const events = [];
  capture({ page, clock, config, record: (event) => events.push(event) });
  return events;
}

export function fire(page, selector, type, properties = {}) {
  const Event = { keydown: page.KeyboardEvent, submit: page.Event }[type] ?? page.MouseEvent;
  const target = typeof selector === "string" ? page.document.querySelector(selector) : selector;
  target.dispatchEvent(new Event(type, { bubbles: true, composed: true, ...properties }));
}

/** Numbers that look random and are the same in every run (mulberry32). */
export function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PIECES = ["a", '"', "\\", "\n", "\0", "é", "漢", "\u2028", "😀", "👩‍🚀", "𝒳", "\ud83d", "\ude00", "\ufffd"];

/** Text of up to `length` pieces, of one to four bytes each, with broken pairs among them. */
export function anyText(random, length) {
  return Array.from({ length: random() * length }, () => PIECES[Math.floor(random() * PIECES.length)]).join("");
}
