import assert from "node:assert/strict";
import { test } from "node:test";

import { bodyOf, openBeacon } from "../src/beacon.js";
import { isUuid } from "../src/uuid.js";
import { NOW } from "./page.js";

const METADATA = { url: "https://é.example/", pageTitle: '"😀"', uuid: "v" };

test("the body is the wire format, version 2", () => {
  const beacon = openBeacon('k"ey', METADATA);
  beacon.events.push('["key_presses","a",1]', '["mouse_moves",1,2,3]');
  const body = JSON.parse(bodyOf(beacon, NOW));
  assert.equal(body.ACCESS_KEY, 'k"ey');
  assert.ok(isUuid(body.data.id));
  assert.deepEqual(body.data, {
    v: 2,
    id: body.data.id,
    sent_at: NOW,
    events: [
      ["key_presses", "a", 1],
      ["mouse_moves", 1, 2, 3],
    ],
    metadata: METADATA,
  });
});

test("a beacon tried again keeps its id and says when it is sent", () => {
  const beacon = openBeacon("k", METADATA);
  const [first, second] = [NOW, NOW + 5].map((at) => JSON.parse(bodyOf(beacon, at)).data);
  assert.equal(first.id, second.id);
  assert.equal(second.sent_at, NOW + 5);
});

test("an empty beacon knows its bytes, with room for a later clock", () => {
  const beacon = openBeacon("kéy", METADATA);
  assert.equal(beacon.bytes, Buffer.byteLength(bodyOf(beacon, 99_999_999_999_999)));
});
