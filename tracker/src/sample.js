/** Looks at what changes all the time, once in an interval. */

import { config } from "./config.js";
import { later } from "./listen.js";
import { schedule } from "./record.js";

/**
 * @param {() => void} look
 * @returns {() => void} says that something has changed; at rest nothing ticks
 */
export function createSampler(look) {
  let ticking = false;

  function tick() {
    ticking = false;
    look();
    schedule();
  }

  return () => {
    if (!ticking) later(tick, config.mouse_interval_ms);
    ticking = true;
  };
}
