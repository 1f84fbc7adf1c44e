import assert from "node:assert/strict";
import { test } from "node:test";

import { makeBrowser, OFFLINE, openPage, SUCCESS } from "../page.js";

const MINUTE = 60_000;
const refuse = () => {
  throw new DOMException("The operation is insecure", "SecurityError");
};

/** Much of what a visit does; every event arrives once, and the page hears of no error. */
async function visit(page) {
  page.server.answer = OFFLINE;
  page.fire("p", "click");
  page.tracker.identify("ada");
  await page.pass(10_000);
  page.fire("p", "click");
  page.server.answer = SUCCESS;
  await page.pass(2 * MINUTE);
  const types = page.server.events("clicks", "identities", "sessions").map(([type]) => type);
  assert.deepEqual(types.sort(), ["clicks", "clicks", "identities", "sessions"]);
  assert.deepEqual(page.tracker.ignored, {});
  const ids = page.server.taken().map(({ metadata: { uuid, session, tab } }) => `${uuid} ${session} ${tab}`);
  assert.equal(new Set(ids).size, 1);
}

for (const [name, storage] of [
  ["refused to the page", { localStorage: refuse, sessionStorage: refuse }],
  ["switched off", { localStorage: null, sessionStorage: null }],
  ["there for the tab only", { localStorage: refuse }],
  ["there but for the tab", { sessionStorage: refuse }],
]) {
  test(`where storage is ${name} what waits lives as long as the page`, async () => {
    await visit(openPage({ html: "<p></p>", storage }));
  });
}

test("where storage is full what waits lives as long as the page", async () => {
  const browser = makeBrowser();
  browser.local.state.full = true;
  await visit(openPage({ html: "<p></p>", browser }));
  assert.deepEqual(browser.local.kept, {});
});

test("where storage becomes full nothing is lost", async () => {
  const browser = makeBrowser();
  const page = openPage({ only: ["clicks"], html: "<p></p>", browser });
  page.server.answer = OFFLINE;
  for (let i = 0; i < 6; i++) {
    browser.local.state.full = i > 2;
    page.fire("p", "click");
    await page.pass();
  }
  page.server.answer = SUCCESS;
  await page.pass(2 * MINUTE);
  assert.equal(page.server.events().length, 6);
});

test("where storage was full once, optOut still deletes what is stored, and holds", async () => {
  const browser = makeBrowser();
  const page = openPage({ html: "<p></p>", browser });
  await page.pass(10_000);
  browser.local.state.full = true;
  page.fire("p", "click");
  await page.pass(20_000);
  browser.local.state.full = false;
  page.tracker.optOut();
  assert.deepEqual(browser.local.kept, { "chronos:shop:consent": "out" });
});

// As Firefox does with a damaged profile.
test("storage that throws at every touch does not throw into the page", async () => {
  const browser = makeBrowser();
  browser.local.state.broken = true;
  const page = openPage({ html: "<p></p>", browser });
  page.fire("p", "click");
  page.tracker.track("x");
  page.tracker.identify("ada");
  page.tracker.optOut();
  await page.pass(MINUTE);
});

test("storage that breaks while the page is there does not throw into the page", async () => {
  const browser = makeBrowser();
  const page = openPage({ html: "<p></p>", browser });
  await page.pass(10_000);
  browser.local.state.broken = true;
  page.fire("p", "click");
  page.tracker.track("x");
  await page.pass(MINUTE);
  browser.local.state.broken = false;
  page.fire("p", "click");
  await page.pass(MINUTE);
  assert.ok(page.server.events("clicks").length > 0, "it goes on when storage does");
});
