import assert from "node:assert/strict";
import { test } from "node:test";

import { captureMouseMoves } from "../src/capture/mouse_moves.js";
import { fire, makeClock, makePage, NOW, run } from "./page.js";

function setUp(html = "<p></p>") {
  const page = makePage(html);
  const clock = makeClock();
  const events = run(captureMouseMoves, page, { clock });
  const move = (x, y, selector = "p") => fire(page, selector, "mousemove", { clientX: x, clientY: y });
  return { page, clock, events, move };
}

test("the first move is sampled at once, the last place when the interval ends", () => {
  const { clock, events, move } = setUp();
  move(1, 1);
  clock.advance(40);
  move(2, 2);
  clock.advance(10);
  move(3.4, 3.6);
  clock.advance(50);
  assert.deepEqual(events, [
    ["mouse_moves", 1, 1, NOW],
    ["mouse_moves", 3, 4, NOW + 50],
  ]);
});

test("a mouse in motion is sampled once an interval", () => {
  const { clock, events, move } = setUp();
  for (let ms = 0; ms < 10_000; ms += 10) {
    move(ms, ms);
    clock.advance(10);
  }
  assert.equal(events.length, 101);
});

test("while the mouse rests no timer runs", () => {
  const { clock, events, move } = setUp();
  assert.deepEqual(clock.pending(), []);
  move(1, 1);
  move(2, 2);
  clock.advance(200);
  assert.deepEqual(clock.pending(), []);
  assert.equal(events.length, 2);
});

test("a page that is left takes along where the mouse was", () => {
  const { page, clock, events, move } = setUp();
  move(1, 1);
  clock.advance(40);
  move(2, 2);
  page.dispatchEvent(new page.Event("pagehide"));
  assert.deepEqual(events.at(-1), ["mouse_moves", 2, 2, NOW + 40]);
  clock.advance(200);
  assert.equal(events.length, 2);
});

test("a page that moves under the mouse is no mouse move", () => {
  const { clock, events, move } = setUp();
  move(1, 1);
  clock.advance(1_000);
  move(1, 1);
  assert.equal(events.length, 1);
});

test("an ignored region is left out", () => {
  const { clock, events, move } = setUp("<p></p><i data-chronos-ignore></i>");
  move(1, 1, "i");
  clock.advance(1_000);
  assert.deepEqual(events, []);
});
