/** Captures three clicks on one spot within a second: somebody expects something that does not happen. */

import { describe } from "../elements.js";
import { on } from "../listen.js";
import { record } from "../record.js";

const WITHIN_MS = 1_000;
const WITHIN_PX = 30;

export function captureRageClicks() {
  /** @type {[x: number, y: number, t: number][]} */
  let recent = [];

  on("click", ({ clientX, clientY, detail }, path) => {
    // A key that clicks is held down.
    if (!detail) return;
    const now = Date.now();
    recent = recent.filter(([x, y, t]) => now - t < WITHIN_MS && Math.hypot(clientX - x, clientY - y) < WITHIN_PX);
    recent.push([clientX | 0, clientY | 0, now]);
    if (!recent[2]) return;
    record("rage_clicks", [describe(path), clientX | 0, clientY | 0]);
    recent = [];
  });
}
