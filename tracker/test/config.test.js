import assert from "node:assert/strict";
import { test } from "node:test";

import { readConfig } from "../src/config.js";

const SCRIPT = "https://stats.example/tracker.js";

for (const [name, injected] of [
  ["an unreplaced placeholder", "__CHRONOS_CONFIG__"],
  ["no key", {}],
  ["an empty key", { key: "" }],
  ["nothing at all", null],
]) {
  test(`${name} is one warning and no configuration`, (t) => {
    const warn = t.mock.method(console, "warn", () => {});
    assert.equal(readConfig(injected, SCRIPT), undefined);
    assert.equal(warn.mock.callCount(), 1);
  });
}

test("a key alone gets every default", () => {
  assert.deepEqual(readConfig({ key: "k" }, SCRIPT), {
    key: "k",
    endpoint: "https://stats.example/api/events",
    events: {},
    flushIntervalMs: 5_000,
    mouseIntervalMs: 100,
    maxBeaconBytes: 60_000,
  });
});

for (const [path, expected] of [
  ["/api/events", "https://stats.example/api/events"],
  ["/x/y", "https://stats.example/x/y"],
  ["https://other.example/e", "https://other.example/e"],
]) {
  test(`events path ${path} is resolved against the script`, () => {
    assert.equal(readConfig({ key: "k", events_path: path }, SCRIPT).endpoint, expected);
  });
}

for (const [limit, expected] of [
  [1_000, 1_000],
  [1e9, 65_536],
  [-1, 60_000],
  ["many", 60_000],
]) {
  test(`max_beacon_bytes ${limit} becomes ${expected}`, () => {
    assert.equal(readConfig({ key: "k", max_beacon_bytes: limit }, SCRIPT).maxBeaconBytes, expected);
  });
}
