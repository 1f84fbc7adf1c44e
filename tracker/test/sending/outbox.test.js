import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesOf, makeBrowser, NOW, OFFLINE, openPage, SUCCESS } from "../page.js";

const DAY = 86_400_000;
const MINUTE = 60_000;
const open = (options) => openPage({ only: ["custom_events", "losses"], ...options });
const beaconsIn = (kept) => Object.entries(kept).filter(([name]) => name.startsWith("chronos:shop:b:"));
const numbers = (events) => events.filter(([type]) => type == "custom_events").map(([, , { n }]) => n);
const losses = (page) => page.server.events("losses").map(([, reason, events]) => [reason, events]);

/** A beacon of its own for each number. */
async function track(page, from, to, size = 0) {
  for (let n = from; n <= to; n++) {
    page.tracker.track("x", { n, text: "y".repeat(size) });
    await page.pass();
  }
}

test("a beacon is in storage before it is sent, and its name says what it holds", async () => {
  const page = open();
  let stored;
  page.server.answer = () => ((stored = beaconsIn(page.browser.local.kept)), SUCCESS);
  for (const text of ["é", "😀"]) page.tracker.track("x", { text });
  await page.pass();
  const [[name, rest]] = stored;
  const [made, events, bytes, id] = name.split(":").slice(3);
  const [{ body, data }] = page.server.requests;
  assert.deepEqual([made, events, bytes, id], [`${NOW + 5_000}`, "2", `${bytesOf(body)}`, data.id]);
  assert.ok(body.endsWith(rest));
});

test("what waited when a page was left is sent by the next", async () => {
  const page = open();
  page.server.answer = OFFLINE;
  await track(page, 1, 3);
  await page.leave();
  page.server.answer = SUCCESS;
  const next = open({ browser: page.browser });
  await next.pass(MINUTE);
  assert.deepEqual(numbers(page.server.events()), [1, 2, 3]);
  assert.deepEqual(beaconsIn(page.browser.local.kept), []);
});

test("what is stored is bounded: the oldest goes, and is counted by its events", async () => {
  const page = open({ settings: { storage_bytes: 10_000 } });
  page.server.answer = OFFLINE;
  await track(page, 1, 10, 1_500);
  const kept = beaconsIn(page.browser.local.kept);
  const sizes = kept.map(([name]) => Number(name.split(":")[5]));
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= 10_000);
  assert.ok(kept.length >= 4);
  assert.deepEqual(page.tracker.ignored, { storage_full: 10 - kept.length });
  page.server.answer = SUCCESS;
  await page.pass(2 * MINUTE);
  assert.deepEqual(numbers(page.server.events()), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].slice(-kept.length));
});

test("the server is told of losses once, after it is there again", async () => {
  const page = open({ settings: { storage_bytes: 10_000 } });
  page.server.answer = OFFLINE;
  await track(page, 1, 10, 1_500);
  const { storage_full } = page.tracker.ignored;
  page.server.answer = SUCCESS;
  await page.pass(10 * MINUTE);
  assert.deepEqual(losses(page), [["storage_full", storage_full]]);
  assert.deepEqual(Object.keys(page.browser.local.kept), ["chronos:shop:uuid"]);
});

test("losses of a page that is gone are told by the next, summed up by reason", async () => {
  const browser = makeBrowser();
  for (const value of [1n, 2n]) {
    const page = open({ browser });
    page.server.answer = OFFLINE;
    page.tracker.track("x", { value });
    page.tracker.track("x", { text: "y".repeat(4_000), more: Array(40).fill("z".repeat(4_000)) });
    await page.leave();
  }
  browser.server.answer = SUCCESS;
  const page = open({ browser });
  await track(page, 1, 1);
  await page.pass(MINUTE);
  assert.deepEqual(losses(page).sort(), [["error", 2], ["too_large", 2]]);
  assert.deepEqual(page.tracker.ignored, {});
});

test("where losses are switched off nobody is told of them", async () => {
  const page = open({ only: ["custom_events"] });
  page.tracker.track("x", { n: 1n });
  await track(page, 1, 1);
  await page.pass(MINUTE);
  assert.deepEqual(losses(page), []);
});

test("what the server would not know again is dropped", async () => {
  const page = open({ settings: { keep_days: 7 } });
  page.server.answer = OFFLINE;
  await track(page, 1, 1);
  page.clock.set(NOW + 3 * DAY);
  await track(page, 2, 2);
  await page.leave();
  page.clock.set(NOW + 7 * DAY);
  const next = open({ browser: page.browser, settings: { keep_days: 7 } });
  page.server.answer = SUCCESS;
  await next.pass(10 * MINUTE);
  assert.deepEqual(numbers(page.server.events()), [2]);
  assert.deepEqual(next.tracker.ignored, { too_old: 1 });
  assert.deepEqual(losses(next), [["too_old", 1]]);
});

test("where the server knows a beacon for a day, beacons are sent", async () => {
  const page = open({ settings: { keep_days: 1 } });
  await track(page, 1, 1);
  await page.pass(MINUTE);
  assert.deepEqual(numbers(page.server.events()), [1]);
});

test("an event that is more than a beacon holds is lost alone", async () => {
  const page = open();
  page.tracker.track("x", { n: 1 });
  page.tracker.track("x", { n: 2, more: Array(40).fill("z".repeat(4_000)) });
  page.tracker.track("x", { n: 3 });
  await page.pass(MINUTE);
  assert.deepEqual(numbers(page.server.events()), [1, 3]);
  assert.deepEqual(losses(page), [["too_large", 1]]);
});

test("what others store in the same place is none of ours", async () => {
  const browser = makeBrowser();
  const others = { b: "1", "chronos:other:b:1:1:1:x": "2", "chronos:shop": "3", theme: "dark" };
  Object.assign(browser.local.kept, others);
  const page = open({ browser, settings: { storage_bytes: 10_000 } });
  await track(page, 1, 10, 1_500);
  for (const [name, value] of Object.entries(others)) assert.equal(browser.local.kept[name], value);
});
