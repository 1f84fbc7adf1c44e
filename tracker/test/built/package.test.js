import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { buildSync } from "esbuild";

import { ENDPOINT, openBarePage, openPage, runScript, URL_OF_PAGE } from "../page.js";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const KEY = "k".repeat(16);
const code = buildSync({
  entryPoints: [path("../../package/index.js")],
  bundle: true,
  format: "iife",
  globalName: "chronos",
  footer: { js: "window.tracker = chronos;" },
  write: false,
}).outputFiles[0].text;

function openInstalled() {
  const page = openBarePage();
  runScript(page, code);
  return { page, init: page.window.tracker.init };
}

test("the package is loaded where there is no DOM; only init needs one", async () => {
  const { init, ...rest } = await import("../../package/index.js");
  assert.deepEqual(Object.keys(rest), ["DEFAULTS"]);
  assert.throws(() => init({ key: KEY, endpoint: ENDPOINT }), ReferenceError);
});

for (const options of [undefined, {}, { key: KEY }, { endpoint: ENDPOINT }, { key: "", endpoint: ENDPOINT }]) {
  test(`init(${JSON.stringify(options)}) says what is missing`, () => {
    const { page, init } = openInstalled();
    assert.throws(() => init(options), { name: "TypeError", message: /key.*endpoint/ });
    assert.deepEqual(page.browser.local.kept, {});
  });
}

test("init starts the tracker; the second call returns the same one", async () => {
  const { page, init } = openInstalled();
  assert.equal(page.listeners.length, 0);
  const tracker = init({ key: KEY, endpoint: ENDPOINT });
  assert.equal(init({ key: KEY, endpoint: ENDPOINT }), tracker);
  tracker.track("x");
  assert.deepEqual((await page.events("pageviews", "custom_events")).map(([type]) => type), ["custom_events", "pageviews"]);
  assert.equal(page.server.requests[0].endpoint, ENDPOINT);
});

test("an endpoint may be a path on the page's own server", async () => {
  const { page, init } = openInstalled();
  init({ key: KEY, endpoint: "/api/events" });
  await page.events();
  assert.equal(page.server.requests[0].endpoint, new URL("/api/events", URL_OF_PAGE).href);
});

// As TypeScript allows it, and as it comes from a setting that is not there.
test("an option that is undefined is as by default", async () => {
  const { page, init } = openInstalled();
  const nothing = { project: undefined, max_beacon_bytes: undefined, keep_days: undefined, flush_interval_ms: undefined };
  init({ key: KEY, endpoint: ENDPOINT, events: undefined, ...nothing });
  assert.equal((await page.events("pageviews")).length, 1);
});

test("each event type is one that TypeScript knows", () => {
  const types = /type EventType =([^;]+);/.exec(readFileSync(path("../../package/index.d.ts"), "utf8"))[1].match(/\w+/g);
  assert.deepEqual(types.sort(), Object.keys(openPage().modules.captures).sort());
});

for (const type of Object.keys(openPage().modules.captures)) {
  test(`${type} is switched off alone`, async () => {
    const page = openPage({ html: "<form><a href='/x'>x</a><input name='a'></form><p>y</p>", settings: { events: { [type]: false } } });
    for (const name of ["click", "click", "click", "mousemove", "keydown"]) page.fire("a", name, { key: "s", clientX: 1 });
    page.fire("p", "click");
    page.fire("input", "input");
    page.tracker.track("x");
    page.tracker.identify("ada");
    page.tell("unhandledrejection", { reason: "no" });
    await page.pass(2_000);
    page.reports[0]?.({ name: "LCP", value: 1, rating: "good" });
    page.tracker.track("lost", { n: 1n });
    await page.leave();
    await page.pass(60_000);
    const others = new Set(Object.keys(page.modules.captures));
    // What these need, other tests have: a layout, a submit, another success.
    for (const other of [type, "scroll_depths", "form_submissions", "losses"]) others.delete(other);
    const came = new Set(page.server.events().map(([name]) => name));
    for (const other of ["scroll_depths", "form_submissions", "losses"]) other != type && came.delete(other);
    assert.deepEqual([...came].sort(), [...others].sort());
  });
}

test("an application in TypeScript type-checks, and what is wrong does not", () => {
  const tsc = path("../../node_modules/typescript/bin/tsc");
  try {
    execFileSync(process.execPath, [tsc, "-p", path("tsconfig.json")], { encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout);
  }
});
