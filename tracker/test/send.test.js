import assert from "node:assert/strict";
import { test } from "node:test";

import { openBeacon } from "../src/beacon.js";
import { ignored } from "../src/ignore.js";
import { createSender } from "../src/send.js";
import { makeClock, makePage, NOW } from "./page.js";

function setUp() {
  const page = makePage();
  const clock = makeClock();
  const taken = [];
  const sender = createSender({ page, clock, endpoint: "https://s.example/e", sent: (b) => taken.push(b) });
  return { page, clock, taken, ...sender };
}

function beaconOf(events = 1, bytes) {
  const beacon = openBeacon("key", {});
  for (let i = 0; i < events; i++) beacon.events.push(`["key_presses","a",${i}]`);
  return { ...beacon, bytes: bytes ?? beacon.bytes };
}

const idsOf = (page) => page.bodies.map(({ data }) => data.id);
const idOf = (beacon) => beacon.head.match(/"id":"([^"]+)"/)[1];

test("a beacon goes to the endpoint as a string, and is announced", () => {
  const { page, clock, taken, send } = setUp();
  const beacon = beaconOf();
  send(beacon);
  assert.equal(page.bodies[0].endpoint, "https://s.example/e");
  assert.equal(typeof page.bodies[0].body, "string");
  assert.deepEqual(taken, [beacon]);
  assert.deepEqual(clock.pending(), []);
});

test("a refused beacon is tried again, and sent once, with the clock of the try", () => {
  const { page, clock, taken, send } = setUp();
  page.accepts = () => false;
  send(beaconOf());
  assert.equal(taken.length, 0);
  page.accepts = () => true;
  clock.advance(250);
  assert.equal(taken.length, 1);
  assert.equal(page.bodies[0].data.sent_at, NOW + 250);
  clock.advance(600_000);
  assert.equal(page.bodies.length, 1);
});

test("retries become rarer, up to one in 30 s, and there is one timer", () => {
  const { page, clock, send } = setUp();
  page.accepts = () => false;
  for (let i = 0; i < 5; i++) send(beaconOf());
  const delays = [];
  for (let i = 0; i < 9; i++) {
    assert.equal(clock.pending().length, 1);
    delays.push(clock.pending()[0]);
    clock.advance(delays[i]);
  }
  assert.deepEqual(delays, [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("after a success the next retry is soon again", () => {
  const { page, clock, send } = setUp();
  page.accepts = () => false;
  send(beaconOf());
  clock.advance(10_000);
  page.accepts = () => page.bodies.length < 1;
  send(beaconOf());
  assert.deepEqual(clock.pending(), [250]);
});

test("a small beacon goes even while a large one is refused", () => {
  const { page, send } = setUp();
  page.accepts = (body) => body.length < 400;
  const [large, small] = [beaconOf(50), beaconOf(1)];
  send(large);
  send(small);
  assert.deepEqual(idsOf(page), [idOf(small)]);
});

for (const [name, sendBeacon] of [
  ["throws", () => { throw new TypeError("no"); }],
  ["is missing", undefined],
]) {
  test(`a sendBeacon that ${name} is a refusal`, () => {
    const { page, clock, taken, send } = setUp();
    const works = page.navigator.sendBeacon;
    page.navigator.sendBeacon = sendBeacon;
    send(beaconOf());
    assert.equal(taken.length, 0);
    page.navigator.sendBeacon = works;
    clock.advance(250);
    assert.equal(taken.length, 1);
  });
}

test("memory is bounded: the oldest go, counted by event", () => {
  const { page, clock, send } = setUp();
  page.accepts = () => false;
  const before = ignored.memory_full ?? 0;
  const beacons = Array.from({ length: 20 }, () => beaconOf(3, 60_000));
  beacons.forEach(send);
  assert.equal(ignored.memory_full, before + 4 * 3);
  page.accepts = () => true;
  clock.advance(60_000);
  assert.deepEqual(idsOf(page), beacons.slice(4).map(idOf));
});

test("a page that sends more when it hears of a beacon loses and repeats none", () => {
  const page = makePage();
  const more = [beaconOf(), beaconOf()];
  const sender = createSender({
    page,
    clock: makeClock(),
    endpoint: "https://s.example/e",
    sent: () => more.length && sender.send(more.pop()),
  });
  sender.send(beaconOf());
  assert.equal(new Set(idsOf(page)).size, 3);
  assert.equal(page.bodies.length, 3);
});
