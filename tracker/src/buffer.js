/** Collects events into beacons and hands each on before it outgrows what a browser takes. */

import { ignore } from "./ignore.js";
import { utf8Length } from "./text.js";

/** @typedef {import("./beacon.js").Beacon} Beacon */

/**
 * The size is kept as events come in: each is put into JSON and measured once.
 * @param {object} options
 * @param {number} options.limit  bytes of a beacon's body in UTF-8
 * @param {() => Beacon} options.open  makes an empty beacon
 * @param {(beacon: Beacon) => void} options.full  takes a beacon with events
 */
export function createBuffer({ limit, open, full }) {
  /** @type {Beacon | undefined} */
  let filling;

  function flush() {
    const done = filling;
    filling = undefined;
    if (done) full(done);
  }

  /** @param {import("./types.js").ChronosEvent} event */
  function add(event) {
    const json = JSON.stringify(event);
    const size = utf8Length(json);
    if (filling && filling.bytes + 1 + size <= limit) {
      filling.bytes += 1 + size;
      filling.events.push(json);
      return;
    }
    const next = open();
    if (next.bytes + size > limit) {
      ignore("too_large");
      return;
    }
    flush();
    next.bytes += size;
    next.events.push(json);
    filling = next;
  }

  return { add, flush };
}
