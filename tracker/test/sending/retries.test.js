import assert from "node:assert/strict";
import { test } from "node:test";

import { BUSY, makeBrowser, NOW, OFFLINE, openPage, SILENCE, SUCCESS } from "../page.js";

const MINUTE = 60_000;
const only = ["clicks"];
const open = (options) => openPage({ only, html: "<p></p>", ...options });
const click = (page) => page.fire("p", "click");
const timesOf = (page) => page.server.requests.map(({ at }) => at - NOW);
const waitsOf = (page) => timesOf(page).map((at, i, all) => at - (all[i - 1] ?? 0)).slice(1);

for (const [chance, factor] of [[0, 0.5], [0.5, 1], [0.999, 1.499]]) {
  test(`tries become rarer up to one a minute; where chance says ${chance}, by ${factor}`, async () => {
    const page = open();
    page.random = () => chance;
    page.server.answer = BUSY;
    click(page);
    await page.pass(10 * MINUTE);
    const expected = [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => Math.round(seconds * 1_000 * factor));
    waitsOf(page).slice(0, 8).forEach((wait, i) => assert.ok(Math.abs(wait - expected[i]) <= 1, `${waitsOf(page)}`));
  });
}

test("after a success the next try is soon again", async () => {
  const page = open();
  page.server.answer = BUSY;
  click(page);
  await page.pass(3 * MINUTE);
  page.server.answer = SUCCESS;
  await page.pass(2 * MINUTE);
  page.server.answer = BUSY;
  click(page);
  page.server.requests.length = 0;
  await page.pass(7_000);
  assert.deepEqual(waitsOf(page), [1_000]);
});

test("a page that captures more does not try more often", async () => {
  const page = open();
  page.server.answer = BUSY;
  for (let second = 0; second < 120; second++) {
    click(page);
    await page.pass(1_000);
  }
  assert.ok(page.server.requests.length <= 8, `${page.server.requests.length} tries in two minutes`);
  assert.ok(page.clock.pending().filter((ms) => ms <= 90_000).length <= 10);
});

test("the server says when: Retry-After is kept, also when the page comes back or goes", async () => {
  const page = open();
  page.server.answer = { ...BUSY, headers: { "Retry-After": "120" } };
  click(page);
  await page.pass();
  for (const what of ["online", "pageshow"]) page.tell(what);
  page.hide();
  page.show();
  await page.pass(119_999);
  assert.equal(page.server.requests.length, 1);
  page.server.answer = SUCCESS;
  await page.pass(1);
  assert.equal(page.server.taken().length, 1);
});

// Proxies say it as a date; that counts as none.
test("a Retry-After that is a date counts as none", async () => {
  const page = open();
  page.server.answer = { ...BUSY, headers: { "Retry-After": "Wed, 15 Nov 2023 07:28:00 GMT" } };
  click(page);
  await page.pass();
  page.server.answer = SUCCESS;
  await page.pass(1_000);
  assert.deepEqual(timesOf(page), [5_000, 6_000]);
  assert.equal(page.server.taken().length, 1);
});

// A timer takes 2^31 ms, and what is more is none.
test("a Retry-After of a century is not a storm of requests", async () => {
  const page = open();
  page.server.answer = { ...BUSY, headers: { "Retry-After": "3155760000" } };
  click(page);
  await page.pass(6_000);
  assert.ok(page.server.requests.length < 5, `${page.server.requests.length} requests`);
});

test("an answer is waited for half a minute", async () => {
  const page = open();
  page.server.answer = SILENCE;
  click(page);
  await page.pass(5_000 + 29_999);
  assert.equal(page.server.requests.length, 1);
  await page.pass(1 + 1_000);
  assert.equal(page.server.requests.length, 2);
});

test("to be online is a reason to try at once", async () => {
  const page = open();
  page.server.answer = OFFLINE;
  click(page);
  await page.pass(5 * MINUTE);
  page.server.answer = SUCCESS;
  page.tell("online");
  await page.pass(0);
  assert.equal(page.server.taken().length, 1);
});

test("to be seen again is a reason to try at once", async () => {
  const page = open();
  page.server.answer = OFFLINE;
  click(page);
  await page.pass(5 * MINUTE);
  page.hide();
  await page.pass(1_000);
  page.server.answer = SUCCESS;
  page.show();
  await page.pass(0);
  assert.equal(page.server.taken().length, 1);
});

for (const locks of [true, false]) {
  test(`to be woken while a request is under way begins no other (locks: ${locks})`, async () => {
    const page = open({ browser: makeBrowser({ locks }) });
    page.server.answer = { ...BUSY, ms: 2_000 };
    for (let i = 0; i < 3; i++) {
      click(page);
      page.window.history.pushState({}, "", `/${i}`);
    }
    await page.pass(5_500);
    for (let i = 0; i < 5; i++) page.tell("online");
    await page.pass(1_000);
    assert.equal(page.server.most, 1);
    page.server.requests.length = 0;
    await page.pass(10_000);
    assert.ok(page.server.requests.length <= 4, `${page.server.requests.length} tries in ten seconds`);
  });
}
