import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";

const only = ["web_vitals"];

test("what the library reports is an event", async () => {
  const page = openPage({ only });
  await page.pass(1);
  const [report] = page.reports;
  report({ name: "LCP", value: 1234.5678912, rating: "good", entries: [{}], id: "v6-1" });
  report({ name: "CLS", value: 0, rating: "good" });
  assert.deepEqual(await page.events(), [
    ["web_vitals", "LCP", 1234.5678912, "good", NOW + 1],
    ["web_vitals", "CLS", 0, "good", NOW + 1],
  ]);
});

test("the library is loaded once, when the page is idle", async () => {
  const idle = [];
  const page = openPage({ only, prepare: ({ window }) => (window.requestIdleCallback = (run) => idle.push(run)) });
  await page.pass(1_000);
  assert.deepEqual(page.reports, []);
  idle.forEach((run) => run());
  await page.pass(1);
  assert.equal(page.reports.length, 1);
  page.window.history.pushState({}, "", "/two");
  await page.pass(10_000);
  assert.equal(page.reports.length, 1);
});

for (const [name, settings, may] of [
  ["switched off", { events: { web_vitals: false } }, {}],
  ["without consent", { consent: "required" }, {}],
  ["under Global Privacy Control", {}, { navigator: { globalPrivacyControl: true } }],
]) {
  test(`${name} the library is not loaded`, async () => {
    const page = openPage({ settings, ...may });
    await page.pass(10_000);
    assert.deepEqual(page.reports, []);
  });
}

for (const [name, loadVitals] of [
  ["rejected", () => Promise.reject(new Error("blocked"))],
  ["broken", () => { throw new Error("blocked"); }],
  ["not what it should be", async () => ({})],
]) {
  test(`a library that is ${name} is no loss and no error of the page`, async () => {
    const page = openPage({ settings: { loadVitals } });
    assert.equal((await page.events("pageviews")).length, 1);
    assert.deepEqual(page.tracker.ignored, {});
  });
}
