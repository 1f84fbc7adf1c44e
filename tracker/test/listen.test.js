import assert from "node:assert/strict";
import { test } from "node:test";

import { ignore, ignored } from "../src/ignore.js";
import { guard, listen } from "../src/listen.js";
import { fire, makePage } from "./page.js";

test("what throws in a handler ends there, and is counted", () => {
  const before = ignored.error ?? 0;
  guard(() => { throw new Error("ours"); })();
  assert.equal(ignored.error, before + 1);
});

test("ignored events are counted by reason", () => {
  const before = ignored.memory_full ?? 0;
  ignore("memory_full", 7);
  ignore("memory_full");
  assert.equal(ignored.memory_full, before + 8);
});

test("a page that stops an event does not hide it", () => {
  const page = makePage("<button>x</button>");
  let heard = 0;
  listen(page, "click", () => heard++);
  page.document.addEventListener("click", (event) => event.stopImmediatePropagation(), true);
  fire(page, "button", "click");
  assert.equal(heard, 1);
});

test("listeners are passive and capture", () => {
  const calls = [];
  listen({ addEventListener: (...args) => calls.push(args) }, "mousemove", () => {});
  assert.deepEqual(calls[0][2], { capture: true, passive: true });
});
