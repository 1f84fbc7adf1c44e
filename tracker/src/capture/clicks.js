/** Captures clicks: on what, where, and which buttons were still down. */

import { config } from "../config.js";
import { describe, wordsOf } from "../elements.js";
import { on } from "../listen.js";
import { record } from "../record.js";

export function captureClicks() {
  on("click", ({ buttons, clientX, clientY }, path) => {
    const text = config.click_text && path[0] ? [wordsOf(path)] : [];
    record("clicks", [describe(path), buttons | 0, clientX | 0, clientY | 0], undefined, ...text);
  });
}
