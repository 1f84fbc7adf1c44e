import assert from "node:assert/strict";
import { test } from "node:test";

import { clean, cleanUrl, integer, utf8Length } from "../src/text.js";
import { anyText, seeded } from "./page.js";

for (const [name, text, limit, expected] of [
  ["plain text stays", "Hello", 10, "Hello"],
  ["a long text is cut", "Hello", 3, "Hel"],
  ["a pair at the cut goes as a whole", "ab😀", 3, "ab"],
  ["a pair just before the cut stays", "ab😀c", 4, "ab😀"],
  ["a lone high surrogate is replaced", "a\ud83db", 10, "a\ufffdb"],
  ["a lone low surrogate is replaced", "\ude00", 10, "\ufffd"],
  ["a pair the wrong way round is replaced", "\ude00\ud83d", 10, "\ufffd\ufffd"],
  ["NUL is replaced", "a\0b", 10, "a\ufffdb"],
  ["nothing stays nothing", "", 10, ""],
]) {
  test(name, () => assert.equal(clean(text, limit), expected));
}

test("texts end at 1,000 units and urls at 4,000", () => {
  assert.equal(clean("x".repeat(5_000)).length, 1_000);
  assert.equal(cleanUrl("x".repeat(5_000)).length, 4_000);
});

test("any text becomes well formed, without NUL, within its limit, and is stable", () => {
  const random = seeded(1);
  for (let i = 0; i < 2_000; i++) {
    const text = anyText(random, 40);
    const limit = Math.floor(random() * 40) + 1;
    const cleaned = clean(text, limit);
    assert.ok(cleaned.isWellFormed());
    assert.ok(!cleaned.includes("\0"));
    assert.ok(cleaned.length <= limit);
    assert.ok(cleaned.length >= Math.min(text.length, limit) - 1);
    assert.equal(clean(cleaned, limit), cleaned);
  }
});

test("bytes are counted as UTF-8 counts them", () => {
  const random = seeded(2);
  for (let i = 0; i < 2_000; i++) {
    const json = JSON.stringify([anyText(random, 40)]);
    assert.equal(utf8Length(json), Buffer.byteLength(json));
  }
});

for (const [value, expected] of [
  [1.5, 2],
  [-0.2, 0],
  [NaN, 0],
  [undefined, 0],
  [-3.7, -4],
]) {
  test(`${value} is sent as ${expected}`, () => assert.equal(JSON.stringify(integer(value)), String(expected)));
}
