import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { buildSync } from "esbuild";

import { DEFAULTS } from "../../src/module.js";
import { openBarePage, runScript } from "../page.js";

const PLACEHOLDER = '"__CHRONOS_CONFIG__"';
const SCRIPT = { src: "https://stats.example/t/tracker.js" };
const PATHS = { events_path: "/in/events", vitals_path: "/t/tracker.vitals.js" };
const CONFIG = { ...DEFAULTS, ...PATHS, key: "k".repeat(16), project: "shop" };
const entry = fileURLToPath(new URL("../../src/index.js", import.meta.url));
const fresh = buildSync({ entryPoints: [entry], bundle: true, format: "iife", write: false }).outputFiles[0].text;
const built = readFileSync(new URL("../../dist/tracker.js", import.meta.url), "utf8");

for (const [name, code] of [["src/index.js", fresh], ["dist/tracker.js", built]]) {
  const load = (page, config = CONFIG, script = SCRIPT) =>
    runScript(page, config ? code.replace(PLACEHOLDER, () => JSON.stringify(config)) : code, script);

  test(`${name}: sends to the server that it came from`, async () => {
    const page = openBarePage({ html: "<button>x</button>" });
    load(page);
    page.fire("button", "click", { clientX: 3 });
    assert.deepEqual((await page.events("pageviews", "clicks")).map(([type]) => type), ["clicks", "pageviews"]);
    const [{ endpoint, body }] = page.server.requests;
    assert.equal(endpoint, "https://stats.example/in/events");
    assert.equal(JSON.parse(body).ACCESS_KEY, CONFIG.key);
    assert.deepEqual(page.imports, ["https://stats.example/t/tracker.vitals.js"]);
  });

  test(`${name}: without an address of its own it sends to the page's server`, async () => {
    const page = openBarePage();
    load(page, CONFIG, null);
    await page.events();
    assert.equal(page.server.requests[0].endpoint, "https://shop.example/in/events");
  });

  test(`${name}: without a configuration it does nothing`, async () => {
    const page = openBarePage({ html: "<button>x</button>" });
    load(page, null);
    page.fire("button", "click");
    await page.events();
    assert.deepEqual(page.server.requests, []);
    assert.equal(page.window.chronos, undefined);
    assert.deepEqual(page.browser.local.kept, {});
  });

  test(`${name}: a page that includes it twice counts once`, async () => {
    const page = openBarePage();
    load(page);
    const first = page.window.chronos;
    load(page);
    assert.equal(page.window.chronos, first);
    assert.equal((await page.events("pageviews")).length, 1);
  });

  test(`${name}: what was asked for before it came is done, in order`, async () => {
    const page = openBarePage();
    function stub(...args) {
      page.window.chronos.q.push(args);
    }
    page.window.chronos = { q: [] };
    stub("identify", "ada");
    stub("track", "early", { n: 1 });
    stub("nonsense", 1);
    (function () {
      page.window.chronos.q.push(arguments);
    })("track", "arguments");
    load(page);
    const events = await page.events("identities", "custom_events");
    assert.deepEqual(events.map(([type, name]) => [type, name]), [["identities", "ada"], ["custom_events", "early"], ["custom_events", "arguments"]]);
  });

  test(`${name}: optIn that was asked for before it came is optIn`, async () => {
    const page = openBarePage();
    page.window.chronos = { q: [["track", "before"], ["optIn"], ["track", "after"]] };
    load(page, { ...CONFIG, consent: "required" });
    assert.deepEqual((await page.events("custom_events")).map(([, event]) => event), ["after"]);
  });

  test(`${name}: what is in the queue and makes no sense is an error that is counted, and keeps nothing else from being done`, async () => {
    const page = openBarePage();
    page.window.chronos = { q: [null, "track", ["ignored"], ["nonsense", 1], ["track", "x"], ["track", "y"]] };
    load(page);
    assert.deepEqual((await page.events("custom_events")).map(([, event]) => event), ["x", "y"]);
    assert.deepEqual(page.window.chronos.ignored, { error: 4 });
  });

  test(`${name}: the page has an object with the methods that are documented`, () => {
    const page = openBarePage();
    load(page);
    assert.deepEqual(Object.keys(page.window.chronos).sort(), ["identify", "ignored", "optIn", "optOut", "record", "track"]);
  });
}

test("an element with the id chronos is not in the way", async () => {
  const page = openBarePage();
  page.window.chronos = page.document.createElement("div");
  runScript(page, built.replace(PLACEHOLDER, () => JSON.stringify(CONFIG)), SCRIPT);
  page.window.chronos.track("x");
  assert.equal((await page.events("custom_events")).length, 1);
});
