/** The package's entry, for applications that are built with a bundler. */

import { createTracker } from "./tracker.js";

// Those of [tracker] in chronos.toml (chronos/settings/sections.py), and of beacon_id_days.
export const DEFAULTS = {
  project: "default",
  flush_interval_ms: 5_000,
  mouse_interval_ms: 100,
  max_beacon_bytes: 60_000,
  storage_bytes: 1_000_000,
  keep_days: 30,
};

const MOST_POSITIONS = 2_500;

/** @type {import("../package/index.js").Chronos | undefined} */
let chronos;

/**
 * @param {import("../package/index.js").Options} options
 * @returns {import("../package/index.js").Chronos} the same for every call: a page has one tracker
 */
export function init(options) {
  if (!options?.key || !options.endpoint) throw new TypeError("init({ key, endpoint }): both are needed");
  const endpoint = new URL(options.endpoint, location.href).href;
  const loadVitals = () => import("./vitals.js");
  /** Without those that are undefined. @type {typeof options} */
  const given = JSON.parse(JSON.stringify(options));
  const settings = { ...DEFAULTS, ...given, endpoint, loadVitals };
  // A colon ends it in the names of what is stored.
  settings.project = encodeURIComponent(settings.project);
  // The server takes no longer path of the mouse.
  settings.mouse_interval_ms = Math.max(settings.mouse_interval_ms, settings.flush_interval_ms / MOST_POSITIONS);
  chronos ??= createTracker(settings);
  return chronos;
}
