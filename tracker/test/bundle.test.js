import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fire, makePage } from "./page.js";

const bundle = readFileSync(new URL("../dist/tracker.js", import.meta.url), "utf8");
const PLACEHOLDER = '"__CHRONOS_CONFIG__"';

/** Runs the bundle as a classic script of the page would. */
function load(page, injected, script = { src: "https://stats.example/t/tracker.js" }) {
  const source = injected ? bundle.replace(PLACEHOLDER, () => JSON.stringify(injected)) : bundle;
  Object.defineProperty(page.document, "currentScript", { value: script, configurable: true });
  new Function("window", "document", "location", source)(page, page.document, page.location);
}

function leave(page) {
  page.dispatchEvent(new page.Event("pagehide"));
}

test("the bundle holds the placeholder once and names no source map", () => {
  assert.equal(bundle.split(PLACEHOLDER).length, 2);
  assert.equal(bundle.split("__CHRONOS_CONFIG__").length, 2);
  assert.ok(!bundle.includes("sourceMappingURL"));
});

test("a configured bundle sends to the server it came from", () => {
  const page = makePage("<button>x</button>");
  load(page, { key: "k", events_path: "/in/events" });
  fire(page, "button", "click", { clientX: 3 });
  leave(page);
  const [{ endpoint, body, data }] = page.bodies;
  assert.equal(endpoint, "https://stats.example/in/events");
  assert.equal(JSON.parse(body).ACCESS_KEY, "k");
  assert.deepEqual(data.events.map(([type]) => type), ["pageviews", "clicks"]);
});

test("a script without an address sends to the page's own server", () => {
  const page = makePage();
  load(page, { key: "k", events_path: "/in/events" }, null);
  leave(page);
  assert.equal(page.bodies[0].endpoint, "https://shop.example/in/events");
});

test("an unconfigured bundle warns once and does nothing", (t) => {
  const warn = t.mock.method(console, "warn", () => {});
  const page = makePage("<button>x</button>");
  load(page);
  fire(page, "button", "click");
  leave(page);
  assert.equal(warn.mock.callCount(), 1);
  assert.deepEqual(page.bodies, []);
});

test("a page that includes the script twice counts once", () => {
  const page = makePage();
  load(page, { key: "k" });
  load(page, { key: "k" });
  leave(page);
  assert.equal(page.bodies.length, 1);
});
