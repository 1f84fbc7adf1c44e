import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesOf, OFFLINE, openPage, SUCCESS } from "../page.js";
import { anyText, below, seeded, SEEDS } from "../random.js";

const MINUTE = 60_000;
const only = ["custom_events", "key_presses"];

/** Something that a page may track: mostly small, at times huge. */
function anyProperties(random, n) {
  const size = random() < 0.05 ? 5_000 : 40;
  const properties = { n, [`p${below(random, 9)}`]: anyText(random, size), list: [anyText(random, 9), random(), null, { deep: anyText(random, 9) }] };
  if (random() < 0.05) properties.more = Array.from({ length: below(random, 30) }, () => anyText(random, 4_000));
  return properties;
}

function checkBodies(page, limit) {
  for (const { body } of page.server.requests) {
    assert.ok(bytesOf(body) <= limit, `${bytesOf(body)} > ${limit}`);
    assert.ok(body.isWellFormed());
    const texts = [];
    JSON.parse(body, (_, value) => typeof value == "string" && texts.push(value));
    for (const text of texts) assert.ok(text.isWellFormed() && !text.includes("\0"));
  }
}

const numbersOf = (page) => page.server.events("custom_events").map(([, , { n }]) => n);

for (const seed of SEEDS) {
  test(`every beacon keeps its limit, what fits arrives once and in order (seed ${seed})`, async () => {
    const random = seeded(seed);
    const limit = 1_500 + below(random, random() < 0.5 ? 3_000 : 64_000);
    const url = `https://shop.example/${encodeURIComponent("é😀".repeat(below(random, 20)))}`;
    const page = openPage({ only, url, settings: { max_beacon_bytes: limit } });
    page.document.title = anyText(random, 40);
    const count = 400;
    for (let n = 0; n < count; n++) {
      page.tracker.track(anyText(random, 20), anyProperties(random, n));
      await page.pass(1 + below(random, 300));
    }
    await page.pass(MINUTE);
    checkBodies(page, limit);
    const arrived = numbersOf(page);
    assert.deepEqual(arrived, [...new Set(arrived)].sort((a, b) => a - b));
    assert.equal(arrived.length + (page.tracker.ignored.too_large ?? 0), count);
    assert.ok(arrived.length > count / 2);
  });

  test(`what is said of a beacon's bytes is what they are (seed ${seed})`, async () => {
    const random = seeded(seed);
    const page = openPage({ only });
    page.server.answer = OFFLINE;
    for (let n = 0; n < 60; n++) {
      page.tracker.track(anyText(random, 20), anyProperties(random, n));
      await page.pass(below(random, 6_000));
    }
    await page.pass(10_000);
    const said = new Map(Object.keys(page.browser.local.kept).map((name) => [name.slice(-36), Number(name.split(":")[5])]));
    page.server.answer = SUCCESS;
    await page.pass(5 * MINUTE);
    const taken = page.server.requests.filter(({ answer }) => answer == SUCCESS);
    for (const { body, data } of taken) if (said.has(data.id)) assert.equal(bytesOf(body), said.get(data.id));
    assert.ok(taken.length > 5);
  });

  test(`with little room what was stored is within it, and counted where it went (seed ${seed})`, async () => {
    const random = seeded(seed);
    const room = 20_000 + below(random, 50_000);
    const page = openPage({ only, settings: { storage_bytes: room, max_beacon_bytes: 10_000 } });
    page.server.answer = OFFLINE;
    for (let n = 0; n < 200; n++) {
      page.tracker.track("x", anyProperties(random, n));
      await page.pass(below(random, 3_000));
      const sizes = Object.keys(page.browser.local.kept).map((name) => Number(name.split(":")[5] ?? 0));
      assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= room);
    }
    page.server.answer = SUCCESS;
    await page.pass(5 * MINUTE);
    const { storage_full = 0, too_large = 0 } = page.tracker.ignored;
    assert.equal(numbersOf(page).length + storage_full + too_large, 200);
    assert.ok(storage_full > 0);
  });
}

test("a burst in one moment is several beacons, filled, and nothing is lost", async () => {
  const page = openPage({ only, settings: { max_beacon_bytes: 60_000 } });
  for (let n = 0; n < 5_000; n++) page.tracker.track("burst", { n });
  await page.pass(MINUTE);
  checkBodies(page, 60_000);
  const arrived = numbersOf(page).sort((a, b) => a - b);
  assert.deepEqual(arrived, Array.from({ length: 5_000 }, (_, n) => n));
  assert.ok(page.server.requests.length <= 6, `${page.server.requests.length} beacons`);
});

// Of beacons made in the same millisecond the names say nothing of which was first.
test("beacons of one moment arrive once each, whole, in whatever order", async () => {
  const page = openPage({ only, settings: { max_beacon_bytes: 2_000 } });
  for (let n = 0; n < 300; n++) page.tracker.track("burst", { n });
  await page.pass(MINUTE);
  assert.deepEqual(numbersOf(page).sort((a, b) => a - b), Array.from({ length: 300 }, (_, n) => n));
  for (const { events } of page.server.taken()) {
    const [first] = events.map(([, , { n }]) => n);
    assert.deepEqual(events.map(([, , { n }]) => n), events.map((_, i) => first + i));
  }
});

test("metadata larger than expected makes more beacons, not larger ones", async () => {
  const page = openPage({ only, url: `https://shop.example/${"x".repeat(3_900)}`, settings: { max_beacon_bytes: 8_000 } });
  for (let n = 0; n < 200; n++) page.tracker.track("x", { n, text: "é".repeat(50) });
  await page.pass(MINUTE);
  checkBodies(page, 8_000);
  assert.equal(new Set(numbersOf(page)).size, 200);
});
