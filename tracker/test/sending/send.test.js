import assert from "node:assert/strict";
import { test } from "node:test";

import { BUSY, ENDPOINT, NOW, OFFLINE, openPage, SILENCE, SUCCESS } from "../page.js";

const MINUTE = 60_000;
const only = ["clicks"];
const open = (options) => openPage({ only, html: "<p></p>", ...options });
const click = (page) => page.fire("p", "click");
const idsOf = (page) => new Set(page.server.requests.map(({ data }) => data.id));

test("events are sent when the interval ends, as one beacon in the wire format, version 2", async () => {
  const page = open();
  click(page);
  click(page);
  await page.pass(4_999);
  assert.deepEqual(page.server.requests, []);
  await page.pass(1);
  const [{ endpoint, body, method, keepalive, credentials, headers, at }] = page.server.requests;
  assert.deepEqual([endpoint, method, keepalive, credentials, headers], [ENDPOINT, "POST", true, "omit", undefined]);
  const { ACCESS_KEY, data, ...rest } = JSON.parse(body);
  const { v, id, sent_at, events, metadata, ...more } = data;
  assert.deepEqual([ACCESS_KEY, v, sent_at, rest, more], ["k".repeat(16), 2, at, {}, {}]);
  assert.match(id, /^[\da-f-]{36}$/);
  assert.equal(events.length, 2);
  assert.equal(typeof metadata, "object");
});

test("what was taken is no longer stored, and sent once", async () => {
  const page = open();
  click(page);
  await page.pass(10 * MINUTE);
  assert.equal(page.server.requests.length, 1);
  assert.deepEqual(Object.keys(page.browser.local.kept), ["chronos:shop:uuid"]);
});

const HTML_PAGE = { status: 200, text: "<!doctype html><p>Log in to the hotel" };
for (const [name, answer, times] of [
  ["success", SUCCESS, 1],
  ["nobody there", OFFLINE, "many"],
  ["no answer", SILENCE, "many"],
  ["200 with a page", HTML_PAGE, "many"],
  ["200 with other JSON", { status: 200, text: '{"ok":true}' }, "many"],
  ["200 with null", { status: 200, text: "null" }, "many"],
  ["200 with success false", { status: 200, text: '{"success":false}' }, "many"],
  ["204", { status: 204, text: "" }, "many"],
  ["400 of ours", { status: 400, text: '{"success":false}' }, 1],
  ["413 of ours", { status: 413, text: '{"success":false}' }, 1],
  ["400 of somebody else", { status: 400, text: "<h1>Bad request" }, "many"],
  ["413 of a proxy", { status: 413, text: "<h1>Too large" }, "many"],
  ["401", { status: 401, text: '{"success":false}' }, "many"],
  ["403", { status: 403, text: '{"success":false}' }, "many"],
  ["404", { status: 404, text: '{"success":false}' }, "many"],
  ["429", { status: 429, text: '{"success":false}' }, "many"],
  ["500", { status: 500, text: '{"success":false}' }, "many"],
  ["503", BUSY, "many"],
]) {
  test(`after ${name} a beacon is sent ${times == 1 ? "no more" : "again, with its id"}`, async () => {
    const page = open();
    page.server.answer = answer;
    click(page);
    await page.pass(10 * MINUTE);
    const { length } = page.server.requests;
    assert.ok(times == 1 ? length == 1 : length > 5, `${length} times`);
    assert.equal(idsOf(page).size, 1);
    assert.deepEqual(page.server.twice, []);
    if (times == 1) assert.deepEqual(page.clock.pending(), []);
    page.server.answer = SUCCESS;
    await page.pass(2 * MINUTE);
    assert.deepEqual(page.server.taken().length, times == 1 && answer != SUCCESS ? 0 : 1);
  });
}

for (const status of [400, 413]) {
  test(`what is refused with ${status} is counted by its events`, async () => {
    const page = open();
    page.server.answer = { status, text: '{"success":false}' };
    for (let i = 0; i < 3; i++) click(page);
    await page.pass();
    assert.deepEqual(page.tracker.ignored, { refused: 3 });
  });
}

test("each try says when it is sent", async () => {
  const page = open();
  page.server.answer = BUSY;
  click(page);
  await page.pass(MINUTE);
  for (const { data, at } of page.server.requests) assert.equal(data.sent_at, at);
});

test("one request at a time, oldest first", async () => {
  const page = open();
  page.server.answer = OFFLINE;
  for (let i = 0; i < 5; i++) {
    click(page);
    await page.pass(10_000);
  }
  page.server.answer = { ...SUCCESS, ms: 200 };
  await page.pass(5 * MINUTE);
  assert.equal(page.server.most, 1);
  const times = page.server.events().map((event) => event.at(-1));
  assert.deepEqual(times, [0, 1, 2, 3, 4].map((i) => NOW + i * 10_000));
});

test("with transport beacon what the browser has taken is as good as sent", async () => {
  const page = open({ settings: { transport: "beacon" } });
  click(page);
  await page.pass();
  assert.deepEqual(page.server.requests.map(({ beacon, endpoint }) => [beacon, endpoint]), [[true, ENDPOINT]]);
  await page.pass(MINUTE);
  assert.equal(page.server.requests.length, 1);
});

test("with transport beacon what the browser refuses is offered again", async () => {
  const page = open({ settings: { transport: "beacon" } });
  page.server.answer = OFFLINE;
  click(page);
  await page.pass(MINUTE);
  page.server.answer = SUCCESS;
  await page.pass(MINUTE);
  assert.equal(page.server.taken().length, 1);
  assert.equal(idsOf(page).size, 1);
});

test("a browser without AbortSignal.timeout sends, too", async () => {
  const page = open({ globals: { AbortSignal: {} } });
  click(page);
  await page.pass();
  assert.equal(page.server.taken().length, 1);
});
