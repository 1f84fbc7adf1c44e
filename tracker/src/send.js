/** The only module that touches the network: beacons go out by sendBeacon. */

import { bodyOf } from "./beacon.js";
import { ignore } from "./ignore.js";
import { guard } from "./listen.js";

/** @typedef {import("./beacon.js").Beacon} Beacon */

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
const MEMORY_BYTES = 1_000_000;

/**
 * A browser refuses a beacon while too many bytes are in flight. A refused one is kept and
 * offered again: with the next beacon, and on a timer that doubles its delay.
 * @param {object} options
 * @param {import("./types.js").Page} options.page
 * @param {import("./types.js").Clock} options.clock
 * @param {string} options.endpoint
 * @param {(beacon: Beacon) => void} options.sent  hears of each beacon the browser took
 */
export function createSender({ page, clock, endpoint, sent }) {
  /** @type {Beacon[]} */
  let waiting = [];
  /** @type {unknown} */
  let timer;
  let delay = FIRST_RETRY_MS;

  const retry = guard(() => {
    timer = undefined;
    delay = Math.min(delay * 2, LAST_RETRY_MS);
    drain();
  });

  /** Offers everything that waits, each beacon once: a small one may fit where a large one did not. */
  function drain() {
    /** @type {Beacon[]} */
    const taken = [];
    waiting = waiting.filter((beacon) => !(offer(page, endpoint, bodyOf(beacon, clock.now())) && taken.push(beacon)));
    if (taken.length) {
      clock.clearTimeout(timer);
      timer = undefined;
      delay = FIRST_RETRY_MS;
    }
    dropOldest(waiting);
    if (waiting.length) timer ??= clock.setTimeout(retry, delay);
    // Last, since whoever hears of it may record events and so come back in here.
    taken.forEach(sent);
  }

  /** @param {Beacon} beacon */
  function send(beacon) {
    waiting.push(beacon);
    drain();
  }

  return { send, drain };
}

/** @param {Beacon[]} beacons */
function dropOldest(beacons) {
  let bytes = beacons.reduce((sum, beacon) => sum + beacon.bytes, 0);
  while (bytes > MEMORY_BYTES) {
    const oldest = /** @type {Beacon} */ (beacons.shift());
    bytes -= oldest.bytes;
    ignore("memory_full", oldest.events.length);
  }
}

/**
 * @param {import("./types.js").Page} page
 * @param {string} endpoint
 * @param {string} body  a string goes as text/plain, which needs no preflight
 */
function offer(page, endpoint, body) {
  try {
    return page.navigator.sendBeacon(endpoint, body);
  } catch {
    return false;
  }
}
