import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";

const only = ["custom_events", "identities"];

for (const [name, properties, expected] of [
  ["none", undefined, {}],
  ["null", null, {}],
  ["what is nested", { basket: { items: [{ id: 1 }], sum: 9.5 } }, { basket: { items: [{ id: 1 }], sum: 9.5 } }],
  ["what JSON has no word for", { a: undefined, b: () => {}, c: NaN, d: [undefined] }, { c: null, d: [null] }],
  ["a date", { at: new Date(0) }, { at: "1970-01-01T00:00:00.000Z" }],
  ["broken text", { a: "\ud83d", b: "x\0" }, { a: "\ufffd", b: "x\ufffd" }],
  ["a long text", { a: "x".repeat(9_000) }, { a: "x".repeat(4_000) }],
]) {
  test(`track: properties: ${name}`, async () => {
    const page = openPage({ only });
    page.tracker.track("order", properties);
    assert.deepEqual(await page.events(), [["custom_events", "order", expected, NOW]]);
  });
}

const circular = {};
circular.self = { circular };

for (const [name, ...args] of [
  ["properties in a circle", "x", circular],
  ["a BigInt", "x", { n: 1n }],
  ["a getter that throws", "x", { get a() { throw new Error("no"); } }],
  ["a getter that throws, deep inside", "x", { a: [{ get b() { throw new Error("no"); } }] }],
  ["a toJSON that throws", "x", { a: { toJSON() { throw new Error("no"); } } }],
  ["a name that is no text", Object.create(null)],
  ["a proxy that refuses", "x", new Proxy({}, { ownKeys() { throw new Error("no"); } })],
]) {
  test(`track: ${name} is an error that is counted and told, and not heard by the page`, async () => {
    const page = openPage({ only: [...only, "losses"] });
    page.tracker.track(...args);
    page.tracker.track("still here");
    assert.deepEqual(await page.events(), [["custom_events", "still here", {}, NOW]]);
    assert.deepEqual(page.tracker.ignored, { error: 1 });
    assert.deepEqual((await page.events("losses")).map(([, ...loss]) => loss.slice(0, 2)), [["error", 1]]);
  });
}

test("track: names of properties stay as they are; what is broken in them costs no other event", async () => {
  const page = openPage({ only });
  const broken = { "a\0b": { "\ud83d": 1 } };
  page.tracker.track("before");
  page.tracker.track("x", broken);
  page.tracker.track("after");
  assert.deepEqual((await page.events()).map(([, name, properties]) => [name, properties]), [["before", {}], ["x", broken], ["after", {}]]);
  assert.ok(page.server.requests.every(({ body }) => body.isWellFormed() && !body.includes("\0")));
  assert.deepEqual(page.tracker.ignored, {});
});

test("track: properties are those of the moment of the call", async () => {
  const page = openPage({ only });
  const basket = { items: 1 };
  page.tracker.track("x", basket);
  basket.items = 2;
  assert.deepEqual((await page.events())[0][2], { items: 1 });
});

test("track has a number of its own for each call, none is put together with another", async () => {
  const page = openPage({ only });
  for (let i = 0; i < 300; i++) page.tracker.track("x", { i });
  assert.deepEqual((await page.events()).map(([, , { i }]) => i), Array.from({ length: 300 }, (_, i) => i));
});

const users = (page) => page.server.taken().map(({ events, metadata }) => [events.map(([type]) => type).join(), metadata.user]);

test("identify names the user from then on; what came before has the name of before", async () => {
  const page = openPage({ only });
  page.tracker.track("before");
  page.tracker.identify("ada");
  page.tracker.track("after");
  await page.events();
  assert.deepEqual(users(page), [["custom_events", ""], ["identities,custom_events", "ada"]]);
  assert.deepEqual(page.server.events("identities"), [["identities", "ada", NOW]]);
});

test("identify holds for later pages", async () => {
  const page = openPage({ only });
  page.tracker.identify(42);
  await page.leave();
  const next = openPage({ only, browser: page.browser });
  next.tracker.track("x");
  await next.events();
  assert.deepEqual(users(page), [["identities", "42"], ["custom_events", "42"]]);
});

for (const nobody of [undefined, null, ""]) {
  test(`identify(${JSON.stringify(nobody)}) says that it is nobody`, async () => {
    const page = openPage({ only });
    page.tracker.identify("ada");
    page.tracker.identify(nobody);
    page.tracker.track("x");
    await page.events();
    assert.deepEqual(users(page), [["identities", "ada"], ["custom_events", ""]]);
  });
}

test("where identities are switched off nobody is named", async () => {
  const page = openPage({ only: ["custom_events"] });
  page.tracker.identify("ada");
  page.tracker.track("x");
  await page.events();
  assert.deepEqual(users(page), [["custom_events", ""]]);
  assert.ok(!Object.values(page.browser.local.kept).includes("ada"));
});

test("methods need no owner", async () => {
  const page = openPage({ only });
  const { track, identify } = page.tracker;
  track("x");
  identify("ada");
  assert.equal((await page.events()).length, 2);
});

test("record: an event of any type has its fields, the time, and what stands behind it", async () => {
  const page = openPage({ only });
  page.tracker.record("video_plays", ["int\0ro", 4.5]);
  page.tracker.record("video_plays", ["tour", 1], NOW - 5, "720p");
  assert.deepEqual(await page.events("video_plays"), [
    ["video_plays", "int\ufffdro", 4.5, NOW],
    ["video_plays", "tour", 1, NOW - 5, "720p"],
  ]);
});

test("record: what is no list of fields is an error that is counted, and not heard by the page", async () => {
  const page = openPage({ only });
  page.tracker.record("video_plays");
  page.tracker.record("video_plays", [{ n: 1n }]);
  page.tracker.record("video_plays", ["intro", 1]);
  assert.deepEqual(await page.events("video_plays"), [["video_plays", "intro", 1, NOW]]);
  assert.deepEqual(page.tracker.ignored, { error: 2 });
});
