import assert from "node:assert/strict";
import { test } from "node:test";

import { DEFAULTS } from "../../src/module.js";
import { openPage } from "../page.js";

const HTML = "<button>Buy</button>";

test("what nobody says is as by default; what is no number is then off, empty or implied", () => {
  assert.deepEqual(DEFAULTS, {
    project: "default",
    flush_interval_ms: 5_000,
    mouse_interval_ms: 100,
    max_beacon_bytes: 60_000,
    storage_bytes: 1_000_000,
    keep_days: 30,
  });
});

for (const flush_interval_ms of [1, 250, 20_000]) {
  test(`events wait for at most flush_interval_ms, here ${flush_interval_ms}`, async () => {
    const page = openPage({ html: HTML, only: ["clicks"], settings: { flush_interval_ms } });
    page.fire("button", "click");
    await page.pass(flush_interval_ms - 1);
    assert.equal(page.server.requests.length, 0);
    await page.pass(1);
    assert.equal(page.server.requests.length, 1);
  });
}

test("an event type is captured unless the settings say false", async () => {
  const page = openPage({ html: HTML, settings: { events: { clicks: false, pageviews: true } } });
  page.fire("button", "click");
  const types = (await page.events()).map(([type]) => type);
  assert.ok(types.includes("pageviews") && !types.includes("clicks"));
});

test("a setting that the tracker does not know is none of its business", async () => {
  const page = openPage({ html: HTML, settings: { of_a_later_version: [1], events: { of_a_later_version: false } } });
  assert.equal((await page.events("pageviews")).length, 1);
});
