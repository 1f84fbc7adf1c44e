// The large numbers at the top.

import { byId, say } from "./dom.js";
import { counted, perSecond, whole } from "./format.js";
import { sparkline } from "./sparkline.js";
import { totals } from "./stacking.js";

/** @typedef {import("./types.js").Numbers} Numbers */

// In slots of the timeline.
const MINUTE = 6;

export function figures() {
  const draw = sparkline(byId("spark"));

  /** @param {Numbers} live */
  return function update(live) {
    const { timeline } = live;
    const all = totals(timeline);
    say(byId("rate"), perSecond(live.events_per_second));
    say(byId("visitors"), whole(live.visitors));
    say(byId("total"), whole(sum(all)));
    say(byId("late"), lateness(sum(timeline.late), live.too_late));
    draw(smooth(all));
  };
}

/**
 * Of each slot the mean of a minute; the newest slot, which has only begun, is left out.
 * @param {number[]} counts
 */
function smooth(counts) {
  const ended = counts.slice(0, -1);
  return ended.map((_, slot) => sum(ended.slice(Math.max(0, slot - MINUTE + 1), slot + 1))).slice(MINUTE - 1);
}

/** @param {number[]} counts */
const sum = (counts) => counts.reduce((total, count) => total + count, 0);

/**
 * @param {number} late
 * @param {number} tooLate
 */
function lateness(late, tooLate) {
  const parts = ["in the last 30 minutes", `${late ? whole(late) : "none"} of them late`];
  if (tooLate) parts.push(`${counted(tooLate, "other")} too late to count`);
  return parts.join(", ");
}
