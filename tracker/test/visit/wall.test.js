import assert from "node:assert/strict";
import { test } from "node:test";

import { openPage } from "../page.js";

const HTML = '<form><input name="a"><button>x</button></form>';
const TYPES = [
  ...["click", "mousemove", "keydown", "input", "submit", "scroll", "focusin"],
  ...["error", "unhandledrejection", "popstate", "hashchange", "online"],
  ...["pageshow", "pagehide", "visibilitychange", "prerenderingchange"],
];

test("every listener is passive, in the capture phase, and there is one for each name", () => {
  const page = openPage();
  for (const [name, options] of page.listeners) assert.deepEqual(options, { capture: true, passive: true }, name);
  const names = page.listeners.map(([name]) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of TYPES) assert.ok(names.includes(name), name);
});

test("a page that stops an event does not hide it", async () => {
  const page = openPage({ only: ["clicks"], html: HTML });
  page.document.addEventListener("click", (event) => event.stopImmediatePropagation(), true);
  page.fire("button", "click");
  assert.equal((await page.events()).length, 1);
});

test("what the page does with an event stays as it is", () => {
  const page = openPage({ html: HTML });
  const event = new page.window.MouseEvent("click", { bubbles: true, cancelable: true });
  let heard = 0;
  page.document.addEventListener("click", () => heard++);
  page.document.querySelector("button").dispatchEvent(event);
  assert.equal(heard, 1);
});

for (const name of TYPES) {
  test(`${name} events such as no browser makes them do not throw into the page`, async () => {
    const page = openPage({ html: HTML });
    const throwing = { get() { throw new Error("weird"); }, configurable: true };
    for (const target of [page.document.querySelector("button"), page.document, page.window]) {
      target.dispatchEvent(new page.window.Event(name, { bubbles: true, composed: true }));
      const event = new page.window.Event(name, { bubbles: true, composed: true });
      for (const property of ["key", "repeat", "clientX", "buttons", "message", "reason", "persisted", "error"])
        Object.defineProperty(event, property, throwing);
      target.dispatchEvent(event);
    }
    await page.pass(60_000);
  });
}

test("a handler that fails does not keep the others from their work", async () => {
  const page = openPage({ html: HTML, only: ["clicks", "form_submissions"] });
  page.fire("button", "submit"); // no form
  page.fire("button", "click");
  assert.deepEqual((await page.events()).map(([type]) => type), ["clicks"]);
  assert.deepEqual(page.tracker.ignored, { error: 1 });
});

test("a page without what newer browsers have is captured all the same", async () => {
  const page = openPage({ html: HTML, navigator: { language: undefined }, globals: { MutationObserver: undefined } });
  page.fire("button", "click");
  assert.ok((await page.events("clicks", "pageviews")).length == 2);
});

test("a page that changes what JavaScript has is not disturbed", async () => {
  const page = openPage({ html: HTML });
  Object.prototype.extra = () => {};
  try {
    page.fire("button", "click");
    page.tracker.track("x", { a: 1 });
    await page.pass(6_000);
  } finally {
    delete Object.prototype.extra;
  }
  assert.deepEqual(page.tracker.ignored, {});
  assert.equal(page.server.events("custom_events").length, 1);
});

test("at rest nothing ticks", async () => {
  const page = openPage({ html: HTML });
  page.fire("button", "mousemove", { clientX: 4 });
  page.fire("button", "click");
  page.fire("form", "scroll");
  await page.pass(60_000);
  assert.deepEqual(page.clock.pending(), []);
  const { length } = page.server.requests;
  await page.pass(3_600_000);
  assert.equal(page.server.requests.length, length);
});

test("what is ignored is counted by its reason, on each page anew", async () => {
  const page = openPage({ html: '<input type="password"><p data-chronos-ignore>x</p>' });
  page.fire("input", "keydown", { key: "s" });
  page.fire("p", "click");
  page.fire("p", "mousemove", { clientX: 1 });
  page.fire("body", "keydown", { key: "s", repeat: true });
  assert.deepEqual(page.tracker.ignored, { password: 1, ignored_region: 2, key_repeat: 1 });
  assert.deepEqual(openPage({ browser: page.browser }).tracker.ignored, {});
});
