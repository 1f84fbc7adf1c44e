/** A fresh tracker in a fresh page: `const page = openPage({ html: "<p>Hello", settings: { … } })`. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { Window } from "happy-dom";

import { DEFAULTS } from "../src/module.js";
import { makeBrowser, makeStorage, settle } from "./browser.js";
import { completeDom } from "./dom.js";

export { BUSY, makeBrowser, makeStorage, NOW, OFFLINE, settle, SILENCE, SUCCESS } from "./browser.js";

export const URL_OF_PAGE = "https://shop.example/list?p=1";
export const ENDPOINT = "https://chronos.example/api/events";
const ENTRY = `
  export { captures } from "./capture/index.js";
  export { createTracker } from "./tracker.js";
  export { guard, on } from "./listen.js";
`;

/** The names that the tracker finds in a page. All else is the language's own. */
const GLOBALS = [
  ...["window", "document", "location", "history", "navigator", "screen", "innerWidth", "innerHeight"],
  ...["addEventListener", "setTimeout", "clearTimeout", "queueMicrotask", "Date", "Math", "fetch", "AbortSignal"],
  ...["MutationObserver", "getSelection"],
];

async function bundle() {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: fileURLToPath(new URL("../src", import.meta.url)) },
    bundle: true,
    format: "iife",
    globalName: "modules",
    target: "es2022",
    write: false,
  });
  return `${outputFiles[0].text}; return modules;`;
}

const source = new Function(...GLOBALS, await bundle());

/** What a page that is gone asked for, it never gets. */
function whileOpen(page, promise) {
  return new Promise((resolve, reject) => {
    promise.then((value) => page.gone || resolve(value), (error) => page.gone || reject(error));
  });
}

/** What fetch gets: what the server answers, when it does. */
async function answer({ browser: { clock, server } }, request, signal) {
  const { status, text, headers = {}, fails, silent, ms = 0 } = request.answer;
  const aborted = new Promise((_, reject) => signal && (signal.onabort = reject));
  aborted.catch(() => {});
  const answered = new Promise((resolve) => ms && clock.setTimeout(resolve, ms));
  try {
    if (ms || silent) await Promise.race([answered, aborted]);
    if (fails) throw new TypeError("Failed to fetch");
  } finally {
    server.done(request);
  }
  return { status, headers: new Headers(headers), ok: status < 300, json: async () => JSON.parse(text) };
}

/** The browser's network, as far as its navigator has it. */
function completeNavigator(page) {
  const { browser, window } = page;
  const { server, locks } = browser;
  if (locks) {
    const request = (name, run) => whileOpen(page, locks.request(name, run, page));
    Object.defineProperty(window.navigator, "locks", { value: { request }, configurable: true });
  }
  window.navigator.sendBeacon = (endpoint, body) => {
    const request = server.receive({ page, endpoint, body, beacon: true });
    server.done(request);
    return !request.answer.fails;
  };
}

/** What a page is given in place of the browser's own clock and network. */
function surroundings(page) {
  const { browser, window } = page;
  const { clock, server, escaped } = browser;

  /** Keeps what the tracker did not catch. */
  const watched = (run) =>
    function (...args) {
      try {
        return run.apply(this, args);
      } catch (error) {
        escaped.push(error);
      }
    };

  return {
    addEventListener: (name, handler, options) => {
      page.listeners.push([name, options]);
      window.addEventListener(name, watched(handler), options);
    },
    setTimeout: (run, ms) => clock.setTimeout(watched(run), ms, page),
    clearTimeout: clock.clearTimeout,
    queueMicrotask: (run) => queueMicrotask(watched(run)),
    Date: { now: clock.now },
    Math: Object.create(Math, { random: { value: () => page.random() } }),
    fetch: (endpoint, init) => whileOpen(page, answer(page, server.receive({ page, endpoint, ...init }), init.signal)),
    AbortSignal: {
      timeout(ms) {
        const signal = { onabort() {} };
        clock.setTimeout(() => signal.onabort(new DOMException("too slow", "TimeoutError")), ms);
        return signal;
      },
    },
  };
}

/** What somebody does in a page. */
function actions(page) {
  const { window, document, browser } = page;
  const KINDS = { keydown: "KeyboardEvent", submit: "Event", input: "Event", scroll: "Event" };
  const find = (target) => (typeof target == "string" ? document.querySelector(target) : target);

  return {
    fire(target, type, properties = {}) {
      // A click by mouse is number 1, one by key number 0.
      if (type == "click") properties = { detail: 1, ...properties };
      const Kind = window[KINDS[type] ?? "MouseEvent"];
      find(target).dispatchEvent(new Kind(type, { bubbles: true, cancelable: true, composed: true, ...properties }));
    },
    /** An event of the window, or of the document where it is one of those. */
    tell(type, properties = {}) {
      const target = /^(visibility|prerendering)/.test(type) ? document : window;
      target.dispatchEvent(Object.assign(new window.Event(type, { bubbles: true }), properties));
    },
    show(visible = true) {
      page.has(document, { hidden: !visible, visibilityState: visible ? "visible" : "hidden" });
      page.tell("visibilitychange");
    },
    hide: () => page.show(false),
    /** To somewhere else, for good unless it is kept for the back button. */
    async leave(persisted = false) {
      page.tell("pagehide", { persisted });
      page.hide();
      await settle();
      page.gone = !persisted;
      if (!persisted) for (const owned of [browser.clock, browser.locks]) owned && owned.forget(page);
    },
    has(object, properties) {
      for (const [name, value] of Object.entries(properties))
        Object.defineProperty(object, name, { value, configurable: true, writable: true });
    },
    /** Time passes; what came until then is sent. */
    async pass(ms = 5_000) {
      await browser.clock.pass(ms);
      assert.deepEqual(browser.escaped, [], "an exception reached the page");
    },
    /** Sends what there is, and says what arrived. */
    async events(...types) {
      await page.pass(6_000);
      return browser.server.events(...types);
    },
  };
}

/** A page without a tracker; what is in `navigator` and `document` is as the browser would say it. */
export function openBarePage({ html = "", url = URL_OF_PAGE, browser = makeBrowser(), ...around } = {}) {
  const window = new Window({ url });
  const { document } = window;
  completeDom(window);
  // No test goes anywhere by a click.
  for (const type of ["click", "submit"]) window.addEventListener(type, (event) => event.preventDefault());
  const page = { window, document, browser, server: browser.server, clock: browser.clock, listeners: [] };
  Object.assign(page, { gone: false, random: () => 0.5, tab: around.tab ?? makeStorage() }, actions(page));
  document.title = "Shop";
  document.body.innerHTML = html;
  const areas = { localStorage: browser.local.area, sessionStorage: page.tab.area, ...around.storage };
  for (const [name, area] of Object.entries(areas))
    Object.defineProperty(window, name, { configurable: true, get: () => (typeof area == "function" ? area() : area) });
  completeNavigator(page);
  page.has(document, { readyState: "complete", referrer: "", ...around.document });
  page.has(window.navigator, around.navigator ?? {});
  const given = { ...surroundings(page), ...around.globals };
  page.globals = GLOBALS.map((name) => (name in given ? given[name] : window[name]));
  return page;
}

/** A page with a tracker that has begun. `only` names the event types that are captured. */
export function openPage({ settings = {}, only, prepare, ...around } = {}) {
  const page = openBarePage(around);
  prepare?.(page);
  page.modules = source(...page.globals);
  const wanted = only && { events: onlyThese(page, only) };
  page.reports = [];
  page.tracker = page.modules.createTracker({
    ...DEFAULTS,
    key: "k".repeat(16),
    endpoint: ENDPOINT,
    project: "shop",
    loadVitals: async () => ({ reportVitals: (report) => page.reports.push(report) }),
    ...wanted,
    ...settings,
  });
  return page;
}

function onlyThese(page, types) {
  return Object.fromEntries(Object.keys(page.modules.captures).map((type) => [type, types.includes(type)]));
}

/** Runs a classic script in a page, as its element would; `page.imports` has what it loads. */
export function runScript(page, code, script = null) {
  page.has(page.document, { currentScript: script });
  page.imports ??= [];
  const load = async (address) => (page.imports.push(address), { reportVitals() {} });
  new Function(...GLOBALS, "load", code.replace(/\bimport\(/g, "load("))(...page.globals, load);
}

/** How many bytes a text has in UTF-8. */
export const bytesOf = (text) => Buffer.byteLength(text);
