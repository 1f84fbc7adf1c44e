/** Captures what the page itself reports: `chronos.track(name, properties)`. */

import { on } from "../listen.js";
import { record } from "../record.js";

export function captureCustomEvents() {
  on(":track", (name, properties) => record("custom_events", [String(name), { ...properties }]));
}
