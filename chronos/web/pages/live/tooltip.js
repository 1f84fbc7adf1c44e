// What the mouse points at in the chart, in words; the table has the same for everybody else.

import { make } from "./dom.js";
import { clock, inWords, whole } from "./format.js";
import { ordered } from "./stacking.js";

/** @typedef {import("./types.js").Timeline} Timeline */

/** @param {HTMLElement} place */
export function tooltip(place) {
  const box = make("div", { class: "tip" });
  box.hidden = true;
  place.append(box);
  /** @type {number | null} */
  let pointed = null;

  /** @param {Timeline | undefined} timeline */
  function fill(timeline) {
    const start = pointed === null ? undefined : timeline?.start[pointed];
    box.hidden = start === undefined;
    if (!timeline || pointed === null || start === undefined) return;
    box.replaceChildren(make("strong", {}, `${clock(start)} to ${clock(start + timeline.step)}`), ...lines(timeline, pointed));
  }

  return {
    /**
     * @param {Timeline | undefined} timeline
     * @param {number | null} slot
     * @param {number} left
     */
    point(timeline, slot, left) {
      pointed = left < 0 ? null : slot;
      fill(timeline);
      const right = left > place.clientWidth / 2;
      box.style.setProperty("left", right ? "auto" : `${left + 64}px`);
      box.style.setProperty("right", right ? `${place.clientWidth - left - 32}px` : "auto");
    },
    refresh: fill,
  };
}

/**
 * @param {Timeline} timeline
 * @param {number} slot
 */
function lines(timeline, slot) {
  const found = ordered(timeline).reverse().filter((type) => timeline.types[type]?.[slot]);
  const rows = found.map((type) => line(type, inWords(type), timeline.types[type]?.[slot] ?? 0));
  const late = timeline.late[slot];
  if (late) rows.push(line("late", "came late", late));
  return rows.length ? rows : [make("span", {}, "nothing")];
}

/**
 * @param {string} type
 * @param {string} words
 * @param {number} count
 */
function line(type, words, count) {
  const row = make("span", { class: "line" }, make("i"), words, make("b", {}, whole(count)));
  row.style.setProperty("--swatch", type === "late" ? "var(--late)" : `var(--type-${type}, var(--type-other))`);
  return row;
}
