// The timeline as a table; it is kept only while somebody has it open.

import { byId, keep, make, say } from "./dom.js";
import { clock, inWords, whole } from "./format.js";
import { totals } from "./stacking.js";

/** @typedef {import("./types.js").Timeline} Timeline */

const STATUS = /** @type {Record<string, string>} */ ({ open: "open", final: "final", revised: "revised" });

export function table() {
  const details = /** @type {HTMLDetailsElement} */ (byId("as-table"));
  const head = /** @type {HTMLElement} */ (details.querySelector("thead"));
  const body = /** @type {HTMLElement} */ (details.querySelector("tbody"));
  /** @type {[Timeline, string[]] | undefined} */
  let current;

  function fill() {
    if (!current || !details.open) return;
    const [timeline, types] = current;
    const columns = ["Time", ...types.map(inWords), "All", "Late", "Window"];
    if (head.textContent !== columns.join("")) {
      head.replaceChildren(make("tr", {}, ...columns.map(heading)));
      body.replaceChildren();
    }
    rows(body, timeline, types);
  }

  details.addEventListener("toggle", fill);
  /**
   * @param {Timeline} timeline
   * @param {string[]} types
   */
  return (timeline, types) => {
    current = [timeline, types];
    fill();
  };
}

/** @param {string} text */
function heading(text) {
  const cell = make("th", {}, text);
  cell.scope = "col";
  return cell;
}

/**
 * @param {HTMLElement} body
 * @param {Timeline} timeline
 * @param {string[]} types
 */
function rows(body, timeline, types) {
  const all = totals(timeline);
  const slots = timeline.start.map((_, slot) => slot).filter((slot) => all[slot]).reverse();
  const made = keep(body, slots.map((slot) => String(timeline.start[slot])), () => row(types.length + 3));
  slots.forEach((slot, index) => {
    const counts = [...types.map((type) => timeline.types[type]?.[slot]), all[slot], timeline.late[slot]];
    const status = timeline.status[slot] ?? "";
    const texts = [clock(timeline.start[slot] ?? 0), ...counts.map((count) => whole(count ?? 0)), STATUS[status] ?? status];
    texts.forEach((text, column) => say(/** @type {Element} */ (made[index]?.children[column]), text));
  });
}

/** @param {number} cells */
function row(cells) {
  const first = make("th");
  first.scope = "row";
  return make("tr", {}, first, ...Array.from({ length: cells }, () => make("td")));
}
