import assert from "node:assert/strict";
import { test } from "node:test";

import { clean, toJson, utf8Length } from "../../src/text.js";
import { uuid } from "../../src/uuid.js";
import { anyText, seeded, SEEDS } from "../random.js";

for (const [name, text, expected] of [
  ["plain text stays", "Hello", "Hello"],
  ["a lone high surrogate is replaced", "a\ud83db", "a\ufffdb"],
  ["a lone low surrogate is replaced", "\ude00", "\ufffd"],
  ["a pair the wrong way round is replaced", "\ude00\ud83d", "\ufffd\ufffd"],
  ["a pair stays", "a😀", "a😀"],
  ["NUL is replaced", "a\0b", "a\ufffdb"],
  ["other control characters stay", "\x01\x1f\x7f", "\x01\x1f\x7f"],
  ["nothing stays nothing", "", ""],
  ["4,000 units stay", "x".repeat(4_000), "x".repeat(4_000)],
  ["what is longer is cut", "x".repeat(4_001), "x".repeat(4_000)],
  ["a pair at the cut is replaced", `${"x".repeat(3_999)}😀`, `${"x".repeat(3_999)}\ufffd`],
]) {
  test(name, () => assert.equal(clean(text), expected));
}

for (const seed of SEEDS) {
  test(`any text becomes well formed, without NUL, and is stable (seed ${seed})`, () => {
    const random = seeded(seed);
    for (let i = 0; i < 1_000; i++) {
      const cleaned = clean(anyText(random, i % 10 ? 40 : 6_000));
      assert.ok(cleaned.isWellFormed());
      assert.ok(!cleaned.includes("\0"));
      assert.ok(cleaned.length <= 4_000);
      assert.equal(clean(cleaned), cleaned);
    }
  });

  test(`bytes are counted as UTF-8 counts them (seed ${seed})`, () => {
    const random = seeded(seed);
    for (let i = 0; i < 500; i++) {
      const json = toJson([anyText(random, 40)]);
      assert.equal(utf8Length(json), Buffer.byteLength(json));
    }
  });
}

test("texts are clean wherever they stand in JSON", () => {
  assert.equal(toJson(["a\0", { b: ["\ud83d", 1, null] }]), '["a\ufffd",{"b":["\ufffd",1,null]}]');
});

test("a uuid is of version 4, and none is like another", () => {
  const all = new Set(Array.from({ length: 200 }, uuid));
  assert.equal(all.size, 200);
  for (const one of all) assert.match(one, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
