import assert from "node:assert/strict";
import { test } from "node:test";

import { makeBrowser, OFFLINE, openPage, settle, SUCCESS } from "../page.js";

const open = (options) => openPage({ only: ["clicks"], html: "<p></p>", ...options });
const click = (page) => page.fire("p", "click");

for (const [name, go] of [
  ["left", (page) => page.leave()],
  ["kept for the back button", (page) => page.leave(true)],
  ["hidden", (page) => page.hide()],
]) {
  test(`a page that is ${name} sends what there is, with keepalive and without a lock`, async () => {
    const page = open();
    await page.pass(1_000);
    const asked = page.browser.locks.requests.length;
    click(page);
    await go(page);
    await settle();
    assert.deepEqual(page.server.requests.map(({ keepalive, data }) => [keepalive, data.events.length]), [[true, 1]]);
    assert.equal(page.browser.locks.requests.length, asked);
  });
}

test("a page that is left without a word has stored what there was", async () => {
  const page = open();
  click(page);
  page.tell("pagehide", { persisted: false });
  assert.ok(Object.keys(page.browser.local.kept).some((name) => name.startsWith("chronos:shop:b:")));
});

test("what a page that goes has stored is sent once the browser says that it is hidden", async () => {
  const page = open();
  await page.pass(1_000);
  click(page);
  page.tell("pagehide", { persisted: false });
  await settle();
  assert.deepEqual(page.server.requests, []);
  page.hide();
  await settle();
  assert.equal(page.server.taken().length, 1);
});

test("what a page says only as it goes is sent at once where it was hidden before", async () => {
  const page = openPage({ only: ["form_abandonments"], html: '<form><input name="a"></form>' });
  page.fire("input", "input");
  page.hide();
  await settle();
  assert.deepEqual(page.server.requests, []);
  page.tell("pagehide", { persisted: false });
  await settle();
  assert.equal(page.server.events("form_abandonments").length, 1);
});

test("what other pages have left is not sent by one that goes", async () => {
  const browser = makeBrowser();
  browser.server.answer = OFFLINE;
  const [one, two] = [open({ browser }), open({ browser })];
  click(one);
  await one.pass();
  browser.server.requests.length = 0;
  browser.server.answer = SUCCESS;
  click(two);
  two.hide();
  await settle();
  assert.equal(browser.server.requests.length, 1);
  assert.equal(browser.server.requests[0].page, two);
});

test("what is on its way already is not sent a second time", async () => {
  const page = open();
  page.server.answer = { ...SUCCESS, ms: 2_000 };
  click(page);
  await page.pass();
  page.hide();
  page.show();
  page.hide();
  await page.pass(10_000);
  assert.equal(page.server.requests.length, 1);
});

test("several beacons that wait all go", async () => {
  const page = open();
  for (let i = 0; i < 3; i++) {
    click(page);
    page.window.history.pushState({}, "", `/${i}`);
  }
  await page.leave();
  assert.equal(page.server.taken().length, 3);
});

test("what happens on a hidden page is sent at once, and all of it", async () => {
  const page = open();
  page.hide();
  for (let i = 0; i < 3; i++) click(page);
  await settle();
  assert.deepEqual(page.server.requests.map(({ data }) => data.events.length), [3]);
  click(page);
  await settle();
  assert.equal(page.server.events().length, 4);
  await page.pass(60_000);
  assert.deepEqual(page.clock.pending(), []);
});

test("a hidden page is left alone by its own last words", async () => {
  const page = openPage({ html: "<p></p>" });
  await page.pass(10_000);
  page.hide();
  await page.pass(60_000);
  const count = page.server.requests.length;
  await page.pass(600_000);
  assert.equal(page.server.requests.length, count);
});

test("what could not be sent when a page was left is sent when it is back", async () => {
  const page = open();
  page.server.answer = OFFLINE;
  click(page);
  await page.leave(true);
  page.server.answer = SUCCESS;
  page.show();
  page.tell("pageshow", { persisted: true });
  await page.pass(10_000);
  assert.equal(page.server.taken().length, 1);
});

test("a hidden page tries each of its beacons once, however many there are and whatever comes of it", async () => {
  const page = open();
  page.server.answer = OFFLINE;
  page.hide();
  for (let i = 0; i < 30; i++) {
    click(page);
    await page.pass(1_000);
  }
  assert.ok(page.server.requests.length <= 35, `${page.server.requests.length} requests`);
});

test("only timers of its own are cleared: the page's have small numbers", async () => {
  const page = open();
  click(page);
  page.hide();
  click(page);
  await page.leave(true);
  assert.deepEqual(page.browser.clock.cleared.filter((timer) => timer && typeof timer != "object"), []);
});

test("a page back from the back/forward cache captures as before, each event once", async () => {
  const page = open();
  await page.leave(true);
  page.show();
  page.tell("pageshow", { persisted: true });
  click(page);
  assert.equal((await page.events()).length, 1);
});

test("nothing is sent by a page where nothing happened", async () => {
  const page = open();
  await page.pass(10_000);
  page.hide();
  page.show();
  await page.leave();
  assert.deepEqual(page.server.requests, []);
});
