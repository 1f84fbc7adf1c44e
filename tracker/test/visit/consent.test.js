import assert from "node:assert/strict";
import { test } from "node:test";

import { makeBrowser, NOW, openPage } from "../page.js";

const HTML = '<form><input name="a"></form><p>x</p>';
const open = (options) => openPage({ html: HTML, ...options });

/** Much of what somebody can do on a page. */
async function visit(page) {
  page.fire("p", "click", { clientX: 5 });
  page.fire("p", "mousemove", { clientX: 9, clientY: 9 });
  page.fire("p", "keydown", { key: "s" });
  page.fire("input", "input");
  page.tracker.track("x");
  page.tracker.identify("ada");
  page.window.history.pushState({}, "", "/two");
  await page.pass(10_000);
  page.hide();
  page.show();
  await page.pass(10_000);
}

function isUntouched(page) {
  assert.deepEqual(page.server.requests, []);
  assert.deepEqual(page.browser.local.kept, {});
  assert.deepEqual(page.tab.kept, {});
}

for (const [name, options] of [
  ["consent is required and not given", { settings: { consent: "required" } }],
  ["the browser says Global Privacy Control", { navigator: { globalPrivacyControl: true } }],
  ["the browser says Do Not Track", { navigator: { doNotTrack: "1" } }],
  ["the page is prerendered", { document: { prerendering: true } }],
]) {
  test(`where ${name} nothing is captured, stored or sent, and no timer runs`, async () => {
    const page = open(options);
    assert.deepEqual(page.clock.pending(), []);
    await visit(page);
    isUntouched(page);
    assert.deepEqual(page.tracker.ignored, {});
  });
}

for (const [name, options] of [
  ["Global Privacy Control and respect_gpc is false", { navigator: { globalPrivacyControl: true }, settings: { respect_gpc: false } }],
  ["Do Not Track and respect_dnt is false", { navigator: { doNotTrack: "1" }, settings: { respect_dnt: false } }],
  ["that it may be tracked", { navigator: { globalPrivacyControl: false, doNotTrack: "0" } }],
  ["nothing", { navigator: { globalPrivacyControl: undefined, doNotTrack: null } }],
]) {
  test(`where the browser says ${name} all is captured`, async () => {
    assert.equal((await open(options).events("pageviews")).length, 1);
  });
}

test("capturing begins with optIn, and only then", async () => {
  const page = open({ settings: { consent: "required" } });
  await visit(page);
  page.tracker.optIn();
  page.fire("p", "click");
  const events = await page.events("pageviews", "clicks");
  assert.deepEqual(events.map(([type, , , ...rest]) => [type, rest.at(-1) || rest.at(-2)]), [
    ["clicks", NOW + 20_000],
    ["pageviews", NOW + 20_000],
  ]);
});

test("optIn holds for later pages", async () => {
  const page = open({ settings: { consent: "required" } });
  page.tracker.optIn();
  await page.leave();
  const next = open({ settings: { consent: "required" }, browser: page.browser });
  assert.equal((await next.events("pageviews")).length, 2);
});

test("optIn twice is optIn once", async () => {
  const page = open({ settings: { consent: "required" } });
  page.tracker.optIn();
  page.tracker.optIn();
  page.fire("p", "click");
  assert.deepEqual((await page.events("pageviews", "clicks")).map(([type]) => type).sort(), ["clicks", "pageviews"]);
});

test("optIn where nothing is required changes nothing", async () => {
  const page = open();
  page.tracker.optIn();
  assert.equal((await page.events("pageviews")).length, 1);
});

for (const [name, navigator] of [["Global Privacy Control", { globalPrivacyControl: true }], ["Do Not Track", { doNotTrack: "1" }]]) {
  test(`${name} stands above optIn`, async () => {
    const page = open({ navigator });
    page.tracker.optIn();
    await visit(page);
    assert.deepEqual(page.server.requests, []);
  });
}

test("optOut deletes what is stored, and keeps only that it was said", async () => {
  const page = open();
  page.server.answer = { fails: true };
  await visit(page);
  assert.ok(Object.keys(page.browser.local.kept).length > 3);
  page.tracker.optOut();
  assert.deepEqual(page.browser.local.kept, { "chronos:shop:consent": "out" });
  assert.deepEqual(page.tab.kept, {});
});

test("optOut leaves alone what others have stored", () => {
  const page = open();
  const others = { theme: "dark", "chronos:other:uuid": "x", chronos_old: "y" };
  Object.assign(page.browser.local.kept, others);
  page.tracker.optOut();
  assert.deepEqual(page.browser.local.kept, { ...others, "chronos:shop:consent": "out" });
});

test("after optOut nothing is captured, and what waited is not sent", async () => {
  const page = open();
  page.fire("p", "click");
  page.tracker.optOut();
  await visit(page);
  await page.leave();
  assert.deepEqual(page.server.requests, []);
  assert.deepEqual(page.clock.pending(), []);
});

test("after optOut nothing is stored, not even who the page says it is", async () => {
  const page = open();
  await page.pass(10_000);
  page.tracker.optOut();
  await visit(page);
  page.tell("unhandledrejection", { reason: { get message() { throw new Error("no"); } } });
  assert.deepEqual(page.browser.local.kept, { "chronos:shop:consent": "out" });
  assert.deepEqual(page.tab.kept, {});
});

test("optOut holds for later pages, and ends with optIn", async () => {
  const browser = makeBrowser();
  open({ browser }).tracker.optOut();
  const page = open({ browser });
  await visit(page);
  assert.deepEqual(page.server.requests, []);
  page.tracker.optIn();
  assert.equal((await page.events("pageviews")).length, 1);
});

test("what was done between optOut and optIn is not sent", async () => {
  const page = open();
  await page.events();
  page.tracker.optOut();
  await visit(page);
  const count = page.server.events().length;
  page.tracker.optIn();
  await page.leave();
  const types = new Set(page.server.events().slice(count).map(([type]) => type));
  assert.deepEqual([...types].sort(), ["pageviews", "scroll_depths", "sessions"].filter((type) => types.has(type)));
});

test("after optOut and optIn somebody else is there", async () => {
  const page = open();
  await visit(page);
  page.tracker.optOut();
  page.tracker.optIn();
  await page.events();
  const [first, last] = [page.server.taken()[0].metadata, page.server.taken().at(-1).metadata];
  for (const id of ["uuid", "session", "tab"]) assert.notEqual(first[id], last[id]);
  assert.equal(last.user, "");
});

test("optOut in one tab holds for the tabs that are open", async () => {
  const browser = makeBrowser();
  const [one, two] = [open({ browser }), open({ browser })];
  await one.pass(10_000);
  one.tracker.optOut();
  const sent = one.server.requests.length;
  await visit(two);
  assert.equal(one.server.requests.length, sent);
  assert.deepEqual(browser.local.kept, { "chronos:shop:consent": "out" });
  assert.deepEqual(two.tracker.ignored, {});
});

test("a beacon that is on its way when somebody opts out leaves nothing behind", async () => {
  const page = open();
  page.server.answer = { status: 400, text: '{"success":false}', ms: 3_000 };
  await page.pass(6_000);
  page.tracker.optOut();
  await page.pass(60_000);
  assert.deepEqual(page.browser.local.kept, { "chronos:shop:consent": "out" });
});
