import assert from "node:assert/strict";
import { test } from "node:test";

import { captures } from "../src/capture/index.js";
import { readConfig } from "../src/config.js";
import { ignored } from "../src/ignore.js";
import { start } from "../src/tracker.js";
import { fire, makeClock, makePage, NOW } from "./page.js";

function setUp(injected = {}, html = "<button>x</button>") {
  const page = makePage(html);
  const clock = makeClock();
  start(readConfig({ key: "k", ...injected }, "https://s.example/tracker.js"), page, clock);
  const eventsOf = () => page.bodies.flatMap(({ data }) => data.events);
  const typesOf = () => eventsOf().map(([type]) => type);
  return { page, clock, eventsOf, typesOf };
}

const only = (...types) =>
  Object.fromEntries(Object.keys(captures).map((type) => [type, types.includes(type)]));

test("events are sent when the interval ends, and no timer runs after that", () => {
  const { page, clock, typesOf } = setUp();
  fire(page, "button", "click");
  clock.advance(4_999);
  assert.deepEqual(typesOf(), []);
  clock.advance(1);
  assert.deepEqual(typesOf(), ["pageviews", "clicks"]);
  assert.deepEqual(clock.pending(), []);
});

for (const type of Object.keys(captures)) {
  test(`${type} is switched on alone, and off alone`, () => {
    const act = ({ page, clock, typesOf }) => {
      fire(page, "a", "mousemove", { clientX: 1 });
      fire(page, "a", "click");
      fire(page, "a", "keydown", { key: "s" });
      fire(page, "form", "submit");
      clock.advance(5_000);
      return typesOf().sort();
    };
    const html = '<form><a href="/">x</a></form>';
    assert.deepEqual(act(setUp({ events: only(type) }, html)), [type]);
    const others = Object.keys(captures).filter((other) => other !== type).sort();
    assert.deepEqual(act(setUp({ events: { [type]: false } }, html)), others);
  });
}

for (const [name, leave] of [
  ["pagehide", (page) => page.dispatchEvent(new page.Event("pagehide"))],
  ["becoming hidden", (page) => {
    Object.defineProperty(page.document, "visibilityState", { value: "hidden" });
    page.document.dispatchEvent(new page.Event("visibilitychange", { bubbles: true }));
  }],
]) {
  test(`${name} sends what there is`, () => {
    const { page, clock, typesOf } = setUp();
    leave(page);
    assert.deepEqual(typesOf(), ["pageviews"]);
    clock.advance(60_000);
    assert.equal(page.bodies.length, 1);
  });
}

test("a page that becomes visible sends nothing", () => {
  const { page } = setUp();
  Object.defineProperty(page.document, "visibilityState", { value: "visible" });
  page.document.dispatchEvent(new page.Event("visibilitychange", { bubbles: true }));
  assert.equal(page.bodies.length, 0);
});

test("a full beacon goes at once and within the limit", () => {
  const { page } = setUp({ max_beacon_bytes: 2_000, events: only("clicks") });
  for (let i = 0; i < 200; i++) fire(page, "button", "click");
  page.dispatchEvent(new page.Event("pagehide"));
  assert.equal(page.bodies.reduce((sum, { data }) => sum + data.events.length, 0), 200);
  for (const { body } of page.bodies) assert.ok(Buffer.byteLength(body) <= 2_000);
});

test("a new address ends the beacon: its events keep the metadata of their page", () => {
  const { page, clock } = setUp({ events: only("clicks") });
  fire(page, "button", "click");
  page.history.pushState({}, "", "/two");
  fire(page, "button", "click");
  clock.advance(5_000);
  assert.deepEqual(
    page.bodies.map(({ data }) => [data.metadata.url, data.events.length]),
    [
      ["https://shop.example/list?p=1", 1],
      ["https://shop.example/two", 1],
    ],
  );
  assert.notEqual(page.bodies[0].data.id, page.bodies[1].data.id);
  assert.equal(page.bodies[0].data.metadata.uuid, page.bodies[1].data.metadata.uuid);
});

test("the page hears what was taken, and only that", () => {
  const { page, clock } = setUp({ events: only("key_presses") });
  const heard = [];
  page.document.addEventListener("chronos:sent", (event) => heard.push(event.detail));
  page.accepts = () => false;
  fire(page, "body", "keydown", { key: "😀\ud83d" });
  clock.advance(5_000);
  assert.deepEqual(heard, []);
  page.accepts = () => true;
  clock.advance(250);
  assert.deepEqual(heard, [{ events: [["key_presses", "😀\ufffd", NOW]] }]);
});

test("an event that the tracker cannot read does not reach the page as an error", () => {
  const { page } = setUp();
  const before = ignored.error ?? 0;
  const event = new page.Event("submit", { bubbles: true });
  page.document.querySelector("button").dispatchEvent(event);
  assert.equal(ignored.error, before + 1);
});

test("a page without storage, and without a beacon, is left in peace", () => {
  const page = makePage();
  Object.defineProperty(page, "localStorage", { get() { throw new Error("SecurityError"); } });
  page.navigator.sendBeacon = undefined;
  const clock = makeClock();
  start(readConfig({ key: "k" }, "https://s.example/t.js"), page, clock);
  fire(page, "body", "click");
  clock.advance(600_000);
});
