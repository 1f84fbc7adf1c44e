/** The settings, called what chronos.toml calls them. */

/**
 * @typedef {object} Config
 * @property {string} key  the project's write key
 * @property {string} endpoint  absolute address that takes beacons
 * @property {string} project  keeps what is stored apart where two projects share an origin
 * @property {Partial<Record<import("./types.js").EventType, boolean>>} [events]  captured unless it says false
 * @property {number} flush_interval_ms
 * @property {number} mouse_interval_ms
 * @property {number} max_beacon_bytes
 * @property {number} storage_bytes
 * @property {number} keep_days  how long the server knows a beacon that it has
 * @property {"beacon" | "fetch"} [transport]
 * @property {"required" | "implied"} [consent]
 * @property {boolean} [respect_gpc]  true where it is not said
 * @property {boolean} [respect_dnt]  true where it is not said
 * @property {boolean} [click_text]
 * @property {string[]} [form_values]
 * @property {import("./types.js").LoadVitals} loadVitals  the one thing that is not a setting
 */

/** @type {Config} */
export let config;

/** @param {Config} given */
export function configure(given) {
  config = given;
}
