// The timeline: its chart, its legend, what the mouse points at, and its table.

import { chart } from "./chart.js";
import { byId, say } from "./dom.js";
import { LATE, legend } from "./legend.js";
import { coarser, ordered, stacked } from "./stacking.js";
import { table } from "./table.js";
import { tooltip } from "./tooltip.js";

/** @typedef {import("./types.js").Timeline} Timeline */

// Where there is little room bars of a slot would be hairs.
const NARROW = matchMedia("(max-width: 46rem)");
const SLOTS_IN_NARROW_BAR = 3;

export function timeline() {
  /** @type {Timeline | undefined} */
  let current;
  /** @type {Timeline | undefined} */
  let drawn;
  const tip = tooltip(byId("chart"));
  const draw = chart(byId("chart"), (slot, left) => tip.point(drawn, slot, left));
  const keys = legend(() => current && show(current));
  const fill = table();

  /** @param {Timeline} now */
  function show(now) {
    current = now;
    drawn = NARROW.matches ? coarser(now, SLOTS_IN_NARROW_BAR) : now;
    const types = ordered(now);
    keys.update(now, types);
    draw({ timeline: drawn, types, heights: stacked(drawn, types, keys.shows), late: keys.shows(LATE) });
    fill(now, types);
    tip.refresh(drawn);
    say(byId("bar"), `${drawn.step} seconds`);
  }

  NARROW.addEventListener("change", () => current && show(current));

  /** @param {import("./types.js").Numbers} live */
  return (live) => show(live.timeline);
}
