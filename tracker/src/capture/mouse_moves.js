/** Captures the mouse's way, sampled while it moves; while it rests no timer runs. */

import { elementsOf, inIgnoredRegion } from "../elements.js";
import { ignore } from "../ignore.js";
import { guard, listen } from "../listen.js";
import { integer } from "../text.js";

/** @param {import("../types.js").Context} context */
export function captureMouseMoves({ page, clock, config, record }) {
  /** @type {["mouse_moves", number, number, number] | undefined} */
  let latest;
  let [lastX, lastY] = [NaN, NaN];
  let sampling = false;

  function take() {
    const taken = latest;
    latest = undefined;
    if (taken) record(taken);
  }

  // The timer starts again only after a sample, so the place where the mouse comes to rest
  // is kept and then nothing ticks.
  const sample = guard(() => {
    sampling = !!latest;
    if (sampling) clock.setTimeout(sample, config.mouseIntervalMs);
    take();
  });

  listen(page, "mousemove", (/** @type {MouseEvent} */ event) => {
    const [x, y] = [integer(event.clientX), integer(event.clientY)];
    // Browsers also say "mousemove" when the page moves under a mouse at rest.
    if (x === lastX && y === lastY) return;
    [lastX, lastY] = [x, y];
    if (inIgnoredRegion(elementsOf(event))) return ignore("ignored_region");
    latest = ["mouse_moves", x, y, clock.now()];
    if (!sampling) sample();
  });

  // A page that is left takes along where the mouse was; the beacon goes after this.
  listen(page, "pagehide", take);
}
