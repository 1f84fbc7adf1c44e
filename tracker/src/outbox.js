/** Beacons that wait, in web storage, until the server has said success. */

import { config } from "./config.js";
import { lose } from "./ignore.js";
import { store } from "./store.js";
import { utf8Length } from "./text.js";
import { uuid } from "./uuid.js";

const DAY_MS = 86_400_000;

/** Beacons that are on their way. @type {Set<string>} */
export const flying = new Set();

/**
 * A beacon's name tells what is asked of it while it waits, and in the order of their names the
 * oldest is the first: when it was made in ms, how many events it has and bytes in UTF-8, its id.
 * @param {string} name
 * @returns {[made: number, events: number, bytes: number]}
 */
const about = (name) => /** @type {any} */ (name.split(":").slice(1).map(Number));

/** @param {string} name */
export const madeAt = (name) => about(name)[0];

/**
 * @param {string} id
 * @param {string} rest  from the events on
 */
function bodyOf(id, rest) {
  return `{"ACCESS_KEY":"${config.key}","data":{"v":2,"id":"${id}","sent_at":${Date.now()},"events":${rest}`;
}

/**
 * @param {string} name
 * @param {import("./ignore.js").Loss} reason
 */
export function drop(name, reason) {
  store.remove(name);
  lose(reason, about(name)[1]);
}

/** Oldest first; what is too old is no longer among them. */
export function waiting() {
  const oldest = Date.now() - (config.keep_days - 0.5) * DAY_MS;
  const names = store.names("b:").sort();
  return names.filter((name) => madeAt(name) > oldest || drop(name, "too_old"));
}

/**
 * Makes a beacon and stores it; older ones go where there is no room for all.
 * @param {string[]} events  JSON of each
 * @param {string} metadata  JSON
 * @returns {string | undefined} its name; nothing when it would be too large
 */
export function keep(events, metadata) {
  const id = uuid();
  const rest = `[${events}],"metadata":${metadata}}}`;
  const bytes = utf8Length(bodyOf(id, rest));
  if (bytes > config.max_beacon_bytes) return;
  let sum = bytes;
  for (const older of waiting().reverse()) {
    sum += about(older)[2];
    if (sum > config.storage_bytes && !flying.has(older)) drop(older, "storage_full");
  }
  const name = ["b", Date.now(), events.length, bytes, id].join(":");
  store.set(name, rest);
  return name;
}

/**
 * Made anew for each try, since sent_at has to be the time of that try.
 * @param {string} name
 */
export function bodyFor(name) {
  return bodyOf(name.slice(-36), store.get(name));
}
