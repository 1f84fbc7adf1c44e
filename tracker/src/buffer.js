/** Collects events and closes them into beacons that do not outgrow what a browser takes. */

import { config } from "./config.js";
import { lose } from "./ignore.js";
import { keep } from "./outbox.js";
import { metadataOf } from "./place.js";
import { drain, mine } from "./send.js";
import { toJson, utf8Length } from "./text.js";

// What a beacon usually has around its events; where that is more, it becomes two.
const ENVELOPE_BYTES = 1_000;

/** @type {string[]} */
let events = [];
let bytes = 0;

/** @param {string[]} some  JSON of each */
function close(some) {
  const name = keep(some, metadataOf());
  const half = some.length >> 1;
  if (name) mine.add(name);
  else if (half) {
    close(some.slice(0, half));
    close(some.slice(half));
  } else lose("too_large");
}

/** What there is becomes a beacon, and is in storage before it is sent. */
export function flushBuffer() {
  const full = events;
  forgetEvents();
  if (full[0]) close(full);
}

export function forgetEvents() {
  events = [];
  bytes = 0;
}

/**
 * The size is kept as events come in: each is put into JSON and measured once.
 * @param {unknown[]} event
 */
export function addEvent(event) {
  const json = toJson(event);
  const size = utf8Length(json) + 1; // its comma
  if (bytes + size > config.max_beacon_bytes - ENVELOPE_BYTES) {
    flushBuffer();
    drain();
  }
  bytes += size;
  events.push(json);
}
