/** Reads the configuration that the server puts into the bundle. */

/** @typedef {import("./types.js").EventType} EventType */

/**
 * @typedef {object} Config
 * @property {string} key  the project's write key
 * @property {string} endpoint  absolute address that takes beacons
 * @property {Partial<Record<EventType, boolean>>} events  a type is captured unless it says false
 * @property {number} flushIntervalMs
 * @property {number} mouseIntervalMs
 * @property {number} maxBeaconBytes
 */

// What a browser takes by sendBeacon: a larger body would be refused for ever.
const BROWSER_LIMIT = 65_536;

/**
 * @param {unknown} value
 * @param {number} standard
 */
function positive(value, standard) {
  return typeof value === "number" && value > 0 ? value : standard;
}

/**
 * @param {any} injected  the server's JSON, or still the placeholder (a string)
 * @param {string} scriptUrl  where the tracker came from: its server takes the beacons
 * @returns {Config | undefined} nothing where the tracker cannot work
 */
export function readConfig(injected, scriptUrl) {
  const key = injected?.key;
  if (typeof key !== "string" || !key) {
    console.warn("Chronos captures nothing: its script was served without a configuration.");
    return undefined;
  }
  return {
    key,
    endpoint: new URL(injected.events_path ?? "/api/events", scriptUrl).href,
    events: injected.events ?? {},
    flushIntervalMs: positive(injected.flush_interval_ms, 5_000),
    mouseIntervalMs: positive(injected.mouse_interval_ms, 100),
    maxBeaconBytes: Math.min(positive(injected.max_beacon_bytes, 60_000), BROWSER_LIMIT),
  };
}
