// Which parts work, and what is to be mended.

import { byId, keep, make, say } from "./dom.js";
import { counted, inWords } from "./format.js";

/** @typedef {import("./types.js").Part} Part */

// What a part is for; another one goes by its own name.
const NAMES = /** @type {Record<string, string>} */ ({
  worker: "Worker",
  kafka: "Kafka",
  spool: "Spool",
  count_windows: "Counting windows",
  apply_deltas: "Keeping windows",
  windows: "Answering windows",
  store_events: "Raw events",
  feed_views: "Continuous views",
  keep_dead_letters: "Dead letters",
});

/** @param {import("./types.js").Live} live */
export function health({ health: { parts, remarks } }) {
  const waiting = parts.filter((part) => !part.works).length;
  const word = byId("health-word");
  say(word, waiting ? counted(waiting, "part waits", "parts wait") : "All well");
  word.dataset.works = String(!waiting);
  const items = keep(byId("parts"), parts.map((part) => part.name), item);
  parts.forEach((part, index) => show(/** @type {HTMLElement} */ (items[index]), part));
  keep(byId("remarks"), remarks, (text) => make("li", {}, text));
  byId("remarks").hidden = !remarks.length;
}

/** @param {string} name */
const item = (name) => make("li", {}, make("b", {}, NAMES[name] ?? inWords(name)), make("em"), make("span"));

/**
 * @param {HTMLElement} item
 * @param {Part} part
 */
function show(item, part) {
  const [, state, says] = item.children;
  item.dataset.works = String(part.works);
  if (state) say(state, part.works ? "works" : "waits");
  if (says) say(says, part.says);
}
