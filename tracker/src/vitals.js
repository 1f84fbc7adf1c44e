/** Web vitals, measured by Google's library: a second file, loaded when the page is idle. */

import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";

/** @param {(vital: import("./types.js").Vital) => void} report */
export function reportVitals(report) {
  [onCLS, onFCP, onINP, onLCP, onTTFB].forEach((measure) => measure(report));
}
