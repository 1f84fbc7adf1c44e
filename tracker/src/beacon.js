/** One beacon: the envelope of the wire format, version 2, around events already in JSON. */

import { utf8Length } from "./text.js";
import { uuid } from "./uuid.js";

// The longest sent_at to leave room for: a client clock in ms in the year 5138.
const LAST_MS = 99_999_999_999_999;

/**
 * @typedef {object} Beacon
 * @property {string} head  up to the value of sent_at
 * @property {string} tail  from the end of the events on
 * @property {string[]} events  JSON of each
 * @property {number} bytes  of the whole body in UTF-8, rounded up
 */

/**
 * @param {string} key
 * @param {import("./metadata.js").Metadata} metadata
 * @returns {Beacon} without events
 */
export function openBeacon(key, metadata) {
  const head = `{"ACCESS_KEY":${JSON.stringify(key)},"data":{"v":2,"id":"${uuid()}","sent_at":`;
  const tail = `],"metadata":${JSON.stringify(metadata)}}}`;
  const bytes = utf8Length(bodyOf({ head, tail, events: [] }, LAST_MS));
  return { head, tail, events: [], bytes };
}

/**
 * Made anew for each try, since sent_at has to be the time of that try.
 * @param {Pick<Beacon, "head" | "tail" | "events">} beacon
 * @param {number} sentAt  client clock in ms
 */
export function bodyOf({ head, tail, events }, sentAt) {
  return `${head}${sentAt},"events":[${events}${tail}`;
}
