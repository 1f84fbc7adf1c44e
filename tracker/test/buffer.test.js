import assert from "node:assert/strict";
import { test } from "node:test";

import { bodyOf, openBeacon } from "../src/beacon.js";
import { createBuffer } from "../src/buffer.js";
import { ignored } from "../src/ignore.js";
import { anyText, NOW, seeded } from "./page.js";

function makeBuffer(limit, metadata = { url: "https://é.example/😀" }) {
  const beacons = [];
  const buffer = createBuffer({
    limit,
    open: () => openBeacon("key", metadata),
    full: (beacon) => beacons.push(beacon),
  });
  return { ...buffer, beacons };
}

const bytesOf = (beacon) => Buffer.byteLength(bodyOf(beacon, NOW));
const eventsOf = (beacons) => beacons.flatMap((beacon) => JSON.parse(bodyOf(beacon, NOW)).data.events);

test("events wait until they are flushed", () => {
  const { add, flush, beacons } = makeBuffer(60_000);
  add(["key_presses", "a", 1]);
  add(["key_presses", "b", 2]);
  assert.equal(beacons.length, 0);
  flush();
  assert.deepEqual(eventsOf(beacons), [
    ["key_presses", "a", 1],
    ["key_presses", "b", 2],
  ]);
});

test("an empty buffer sends nothing", () => {
  const { flush, beacons } = makeBuffer(60_000);
  flush();
  assert.equal(beacons.length, 0);
});

for (const seed of [1, 2, 3, 4, 5]) {
  test(`whatever the text, each beacon fits, is filled, and no event is lost (seed ${seed})`, () => {
    const random = seeded(seed);
    const limit = 2_000;
    const { add, flush, beacons } = makeBuffer(limit);
    const events = Array.from({ length: 500 }, (_, t) => ["pageviews", anyText(random, 60), anyText(random, 60), t]);
    events.forEach(add);
    flush();

    assert.deepEqual(eventsOf(beacons), events);
    beacons.forEach((beacon, i) => {
      assert.equal(beacon.bytes, bytesOf(beacon) + 1, "one digit of a later clock is kept free");
      assert.ok(beacon.bytes <= limit);
      const next = beacons[i + 1];
      if (next) assert.ok(beacon.bytes + 1 + Buffer.byteLength(next.events[0]) > limit);
    });
  });
}

test("5,000 events in one go stay below what a browser takes", () => {
  const { add, flush, beacons } = makeBuffer(60_000);
  for (let t = 0; t < 5_000; t++) add(["clicks", "main>button#buy.primary", 0, t, t, NOW + t]);
  flush();
  assert.equal(eventsOf(beacons).length, 5_000);
  for (const beacon of beacons) assert.ok(bytesOf(beacon) <= 60_000);
  assert.ok(beacons.length <= 6);
});

test("an event exactly as large as the room is taken, one byte more is ignored with its reason", () => {
  const { add, flush, beacons } = makeBuffer(1_000);
  const event = (length) => ["key_presses", "x".repeat(length), 1];
  const room = 1_000 - openBeacon("key", { url: "https://é.example/😀" }).bytes;
  const frame = JSON.stringify(event(0)).length;
  const before = ignored.too_large ?? 0;

  add(["key_presses", "kept", 1]);
  add(event(room - frame + 1));
  assert.equal(ignored.too_large, before + 1);
  assert.equal(beacons.length, 0, "an event too large does not send the others early");
  add(event(room - frame));
  flush();
  assert.equal(ignored.too_large, before + 1);
  assert.deepEqual(beacons.map((beacon) => beacon.events.length), [1, 1]);
  assert.equal(beacons[1].bytes, 1_000);
});

for (const [spare, expected] of [
  [0, [2]],
  [-1, [1, 1]],
]) {
  test(`a second event with ${spare} bytes to spare makes ${expected.length} beacon(s)`, () => {
    const metadata = { url: "/" };
    const event = ["key_presses", "😀", 1];
    const size = Buffer.byteLength(JSON.stringify(event));
    const { add, flush, beacons } = makeBuffer(openBeacon("key", metadata).bytes + 2 * size + 1 + spare, metadata);
    add(event);
    add(event);
    flush();
    assert.deepEqual(beacons.map((beacon) => beacon.events.length), expected);
  });
}

test("metadata is that of the moment the beacon was opened", () => {
  const metadata = { url: "/one" };
  const { add, flush, beacons } = makeBuffer(60_000, metadata);
  add(["key_presses", "a", 1]);
  metadata.url = "/two";
  flush();
  assert.equal(JSON.parse(bodyOf(beacons[0], NOW)).data.metadata.url, "/one");
});
