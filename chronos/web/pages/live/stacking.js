// Which types there are, in which order they stand on each other, and how high that is.

/** @typedef {import("./types.js").Timeline} Timeline */

// From the ground up; a type that is not named here stands above these.
const ORDER = [
  "pageviews", "link_clicks", "clicks", "form_submissions", "key_presses", "custom_events", "sessions", "identities",
  "scroll_depths", "visible_times", "web_vitals", "form_abandonments", "dead_clicks", "rage_clicks", "errors", "losses",
];
const TOP = ["mouse_moves"];

/**
 * The types of a timeline, from the ground up.
 * @param {Timeline} timeline
 */
export function ordered(timeline) {
  return Object.keys(timeline.types).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** @param {string} type */
function rank(type) {
  if (TOP.includes(type)) return ORDER.length + 1;
  const found = ORDER.indexOf(type);
  return found < 0 ? ORDER.length : found;
}

/**
 * Of each slot all events.
 * @param {Timeline} timeline
 */
export function totals(timeline) {
  return timeline.start.map((_, slot) => Object.values(timeline.types).reduce((sum, counts) => sum + (counts[slot] ?? 0), 0));
}

/**
 * How high each of `types` reaches in each slot; what is not in `shown` is as high as what it stands on.
 * @param {Timeline} timeline
 * @param {string[]} types From the ground up
 * @param {(type: string) => boolean} shown
 * @returns {number[][]}
 */
export function stacked(timeline, types, shown) {
  let below = timeline.start.map(() => 0);
  return types.map((type) => {
    const counts = timeline.types[type];
    if (shown(type) && counts) below = below.map((height, slot) => height + (counts[slot] ?? 0));
    return below;
  });
}

/**
 * The same with slots that are `times` as long; the first of them may lack what was before the timeline.
 * @param {Timeline} timeline
 * @param {number} times
 * @returns {Timeline}
 */
export function coarser(timeline, times) {
  const step = timeline.step * times;
  const places = timeline.start.map((start) => Math.floor(start / step));
  const first = places[0] ?? 0;
  const length = (places.at(-1) ?? first - 1) - first + 1;
  /** @param {number[]} counts */
  const summed = (counts) => {
    const sums = new Array(length).fill(0);
    counts.forEach((count, slot) => (sums[(places[slot] ?? 0) - first] += count));
    return sums;
  };
  return {
    step,
    start: Array.from({ length }, (_, place) => (first + place) * step),
    types: Object.fromEntries(Object.entries(timeline.types).map(([type, counts]) => [type, summed(counts)])),
    late: summed(timeline.late),
    status: [],
  };
}
