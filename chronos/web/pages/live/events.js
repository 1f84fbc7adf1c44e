// The last events, as they come.

import { byId, keep, make } from "./dom.js";
import { clock, inWords, span } from "./format.js";

/** @typedef {import("./types.js").LastEvent} LastEvent */

export function events() {
  const list = byId("events");
  /** @param {import("./types.js").Numbers} live */
  return function update(live) {
    const had = list.childElementCount > 0;
    const keys = named(live.last_events);
    keep(list, keys, (_, index) => row(/** @type {LastEvent} */ (live.last_events[index]), had));
    if (!keys.length) keep(list, ["none"], () => make("li", { class: "none" }, "None yet"));
  };
}

/**
 * A name for each event; the oldest of equal ones keeps its name when a further one comes.
 * @param {LastEvent[]} events
 */
function named(events) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  const names = [...events].reverse().map((event) => {
    const text = JSON.stringify([event.type, event.text, event.event_time, event.time]);
    const before = seen.get(text) ?? 0;
    seen.set(text, before + 1);
    return `${text} ${before}`;
  });
  return names.reverse();
}

/**
 * @param {LastEvent} event
 * @param {boolean} fresh Whether it came while somebody looked
 */
function row(event, fresh) {
  const time = make("time", {}, clock(event.event_time));
  time.dateTime = new Date(event.event_time * 1000).toISOString();
  const name = make("span", { class: "type" }, make("i"), inWords(event.type));
  name.style.setProperty("--swatch", `var(--type-${event.type}, var(--type-other))`);
  const item = make("li", { class: fresh ? "fresh" : "" }, time, name, make("span", { class: "text" }, event.text));
  if (event.late) item.append(make("span", { class: "late" }, `${span(event.time - event.event_time)} late`));
  return item;
}
