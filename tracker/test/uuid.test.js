import assert from "node:assert/strict";
import { test } from "node:test";

import { isUuid, uuid } from "../src/uuid.js";

test("a uuid has the form of version 4", () => {
  for (let i = 0; i < 200; i++) {
    assert.match(uuid(), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  }
});

test("no two are alike", () => assert.equal(new Set(Array.from({ length: 1_000 }, uuid)).size, 1_000));

for (const [text, expected] of [
  [uuid(), true],
  ["", false],
  [null, false],
  ["nonsense", false],
  [`${uuid()}0`, false],
]) {
  test(`${text} ${expected ? "is" : "is not"} a uuid`, () => assert.equal(isUuid(text), expected));
}
