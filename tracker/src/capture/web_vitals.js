/** Captures web vitals: how fast the page came, how soon it answered, how much it jumped. */

import { config } from "../config.js";
import { guard } from "../listen.js";
import { record } from "../record.js";

export function captureWebVitals() {
  const report = guard((/** @type {import("../types.js").Vital} */ { name, value, rating }) =>
    record("web_vitals", [name, value, rating]),
  );
  const load = async () => (await config.loadVitals()).reportVitals(report);
  // Where it is not to be had, there are no web vitals.
  (window.requestIdleCallback ?? setTimeout)(() => load().catch(() => {}));
}
