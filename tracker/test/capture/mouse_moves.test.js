import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";
import { below, seeded, SEEDS } from "../random.js";

function openMouse(options) {
  const page = openPage({ only: ["mouse_moves"], html: "<p></p><i data-chronos-ignore></i>", ...options });
  return { page, move: (x, y, on = "p") => page.fire(on, "mousemove", { clientX: x, clientY: y }) };
}

/** What is sent when the page is left. */
async function sent(page) {
  await page.leave();
  return page.server.events();
}

/** Every position that the events stand for, as [x, y, t]. */
function positions(events) {
  return events.flatMap(([, x, y, t, path = []]) => {
    const all = [[x, y, t]];
    for (let i = 0; i < path.length; i += 3) all.push([0, 1, 2].map((part) => all.at(-1)[part] + path[i + part]));
    return all;
  });
}

test("where the mouse stops is taken, with the time at which it came there", async () => {
  const { page, move } = openMouse();
  move(1, 1);
  await page.pass(40);
  move(3.4, 3.6);
  assert.deepEqual(await sent(page), [["mouse_moves", 3, 3, NOW + 40, []]]);
});

test("a way is one event: where it began, and the differences", async () => {
  const { page, move } = openMouse();
  for (const [x, y] of [[10, 20], [15, 18], [15, 8]]) {
    move(x, y);
    await page.pass(100);
  }
  assert.deepEqual(await sent(page), [["mouse_moves", 10, 20, NOW, [5, -2, 100, 0, -10, 100]]]);
});

test("a mouse in motion is taken once an interval", async () => {
  const { page, move } = openMouse({ settings: { mouse_interval_ms: 250 } });
  for (let ms = 0; ms < 10_000; ms += 10) {
    move(ms, ms);
    await page.pass(10);
  }
  const taken = positions(await sent(page));
  assert.ok(taken.length >= 40 && taken.length <= 43, `${taken.length}`);
});

test("while the mouse rests the only timer is that of the flush, and after that there is none", async () => {
  const { page, move } = openMouse();
  assert.deepEqual(page.clock.pending(), []);
  move(1, 1);
  assert.deepEqual(page.clock.pending(), [100]);
  await page.pass(100);
  assert.deepEqual(page.clock.pending(), [5_000]);
  await page.pass(5_000);
  assert.deepEqual(page.clock.pending(), []);
  assert.equal(page.server.taken().length, 1);
});

test("a mouse that moves is told of within the flush interval, and a moment", async () => {
  const { page, move } = openMouse();
  for (let i = 0; i < 60; i++) {
    move(i, i);
    await page.pass(100);
  }
  assert.notDeepEqual(page.server.events(), []);
});

test("a page that is left takes along where the mouse was", async () => {
  const { page, move } = openMouse();
  move(1, 1);
  await page.pass(100);
  move(2, 2);
  assert.deepEqual(positions(await sent(page)), [[1, 1, NOW], [2, 2, NOW + 100]]);
});

test("a page that moves under the mouse is no mouse move", async () => {
  const { page, move } = openMouse();
  for (let i = 0; i < 5; i++) {
    move(1, 1);
    await page.pass(1_000);
  }
  assert.equal(positions(await sent(page)).length, 1);
});

test("an ignored region is left out", async () => {
  const { page, move } = openMouse();
  move(1, 1, "i");
  assert.deepEqual(await sent(page), []);
});

test("a way without an end is told of in each flush interval, by one event of what fits into that", async () => {
  const { page, move } = openMouse({ settings: { flush_interval_ms: 20_000 } });
  for (let i = 0; i < 1_200; i++) {
    move(i, 0);
    await page.pass(100);
  }
  const events = await sent(page);
  assert.ok(events.length >= 6 && events.length <= 7, `${events.length} events`);
  for (const [, , , , path] of events) assert.ok(path.length / 3 <= 20_000 / 100 + 1, `${path.length / 3} positions`);
  assert.deepEqual(positions(events).map(([x]) => x), Array.from({ length: 1_200 }, (_, i) => i));
});

for (const seed of SEEDS) {
  test(`paths are exactly the positions taken, whatever the way and the flushes (seed ${seed})`, async () => {
    const random = seeded(seed);
    const { page, move } = openMouse({ settings: { flush_interval_ms: 1 + below(random, 3_000) } });
    const expected = [];
    let last;
    for (let i = 0; i < 400; i++) {
      // After at least an interval at rest each position is one that is taken.
      const next = [below(random, 4_000), below(random, 4_000) - 500];
      if (String(next) != String(last)) expected.push([...next, page.clock.now()]);
      last = next;
      move(...next);
      if (random() < 0.1) page.window.history.pushState({}, "", `/${i}`);
      await page.pass(100 + below(random, 400));
    }
    assert.deepEqual(positions(await sent(page)), expected);
  });
}
