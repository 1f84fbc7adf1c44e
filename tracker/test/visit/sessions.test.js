import assert from "node:assert/strict";
import { test } from "node:test";

import { makeBrowser, makeStorage, NOW, openPage } from "../page.js";

const MINUTE = 60_000;
const only = ["sessions", "clicks"];
const open = (options) => openPage({ only, html: "<p></p>", ...options });

async function click(page, wait = 0) {
  await page.pass(wait);
  page.fire("p", "click");
}

const sessionsOf = async (page) => (await page.events("sessions")).map(([, id, t]) => [id, t]);
const metadataOf = (page) => page.server.taken().map(({ metadata }) => metadata);

test("a session begins with the first event, and is in the metadata", async () => {
  const page = open();
  await click(page);
  const [[id, t]] = await sessionsOf(page);
  assert.equal(t, NOW);
  assert.equal(metadataOf(page)[0].session, id);
});

test("a session that begins is told of before the event that began it", async () => {
  const page = open();
  await click(page);
  assert.deepEqual((await page.events()).map(([type]) => type), ["sessions", "clicks"]);
});

for (const [name, gaps, expected] of [
  ["for as long as somebody does something", [20, 20, 20, 20].map((gap) => gap * MINUTE), 1],
  ["up to half an hour without any event", [29.8 * MINUTE], 1],
  ["and another begins after half an hour", [30.2 * MINUTE], 2],
  ["and another after each half hour", [31, 31, 31].map((gap) => gap * MINUTE), 4],
]) {
  test(`a session lasts ${name}`, async () => {
    const page = open();
    await click(page);
    for (const gap of gaps) await click(page, gap);
    assert.equal((await sessionsOf(page)).length, expected);
  });
}

test("events before and after a session's end are in beacons of their own", async () => {
  const page = open({ settings: { flush_interval_ms: 100 * MINUTE } });
  await click(page);
  await click(page, 31 * MINUTE);
  await page.leave();
  const [first, second] = metadataOf(page);
  assert.notEqual(first.session, second.session);
  assert.deepEqual(page.server.taken().map(({ events }) => events.map(([type]) => type)), [
    ["sessions", "clicks"],
    ["sessions", "clicks"],
  ]);
});

test("a session goes on from page to page and from tab to tab", async () => {
  const browser = makeBrowser();
  const [one, two] = [open({ browser }), open({ browser })];
  await click(one);
  await click(two);
  await one.leave();
  await click(open({ browser }));
  assert.equal((await sessionsOf(two)).length, 1);
  assert.equal(new Set(metadataOf(two).map(({ session }) => session)).size, 1);
});

test("another tab keeps the session alive", async () => {
  const browser = makeBrowser();
  const [one, two] = [open({ browser }), open({ browser })];
  await click(one);
  await click(two, 20 * MINUTE);
  await click(one, 20 * MINUTE);
  assert.equal((await sessionsOf(one)).length, 1);
});

test("a session that began in another tab is the session here, too", async () => {
  const browser = makeBrowser();
  const [one, two] = [open({ browser }), open({ browser })];
  await click(one);
  await click(two, 40 * MINUTE);
  await click(one, 1_000);
  assert.equal((await sessionsOf(one)).length, 2);
  const kept = new Map(metadataOf(one).map(({ tab, session }) => [tab, session]));
  assert.equal(new Set(kept.values()).size, 1);
});

test("a tab has an id that its pages share, and no other tab", async () => {
  const browser = makeBrowser();
  const [tab, other] = [makeStorage(), makeStorage()];
  for (const given of [tab, tab, other]) {
    const page = open({ browser, tab: given });
    await click(page);
    await page.leave();
  }
  const [a, b, c] = browser.server.taken().map(({ metadata }) => metadata.tab);
  assert.equal(a, b);
  assert.notEqual(b, c);
});

test("where sessions are switched off there are none, and no tabs", async () => {
  const page = openPage({ only: ["clicks"], html: "<p></p>" });
  await click(page);
  assert.deepEqual((await page.events()).map(([type]) => type), ["clicks"]);
  assert.deepEqual(metadataOf(page).map(({ session, tab }) => [session, tab]), [["", ""]]);
  assert.deepEqual(page.tab.kept, {});
  assert.deepEqual(Object.keys(page.browser.local.kept), ["chronos:shop:uuid"]);
});

test("a visitor has one uuid, on every page and after every session", async () => {
  const browser = makeBrowser();
  for (let i = 0; i < 3; i++) {
    const page = open({ browser });
    await click(page, 31 * MINUTE);
    await page.leave();
  }
  assert.equal(new Set(browser.server.taken().map(({ metadata }) => metadata.uuid)).size, 1);
});

test("two projects on one origin have nothing in common", async () => {
  const browser = makeBrowser();
  const ids = [];
  for (const project of ["one", "two"]) {
    const page = open({ browser, settings: { project }, tab: makeStorage() });
    await click(page);
    await page.events();
    ids.push(...["uuid", "session", "tab"].map((name) => metadataOf(page).at(-1)[name]));
  }
  assert.equal(new Set(ids).size, 6);
});

test("what is no session in storage is replaced", async () => {
  const browser = makeBrowser();
  browser.local.kept["chronos:shop:session"] = "nonsense";
  const page = open({ browser });
  await click(page);
  assert.equal((await sessionsOf(page)).length, 1);
});

test("a session begun by a clock that was ahead ends, too", async () => {
  const page = open();
  page.clock.set(NOW + 400 * 24 * 60 * MINUTE);
  await click(page);
  page.clock.set(NOW);
  await click(page);
  await click(page, 60 * MINUTE);
  await page.events();
  assert.ok((await sessionsOf(page)).length > 1);
});
