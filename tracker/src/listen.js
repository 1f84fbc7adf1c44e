/** Who wants to hear of what: events of the page, and moments of the tracker. */

import { IGNORED, elementsOf, isIn } from "./elements.js";
import { ignore, lose } from "./ignore.js";

/** @typedef {(...args: any[]) => void} Handler */

/**
 * Moments of the tracker; the rest of what one can listen to are the browser's events.
 * - `:begin`: a page begins: the first one, the next route, or one back from the back/forward cache
 * - `:flush`: the events so far are about to be closed into a beacon; true when the page ends
 * - `:session`: a session began
 * - `:sent`: the server has said success
 * - `:track`, `:identify`: the page calls
 * @typedef {":begin" | ":flush" | ":session" | ":sent" | ":track" | ":identify"} Moment
 */

/** @type {Record<string, Handler[]>} */
const handlers = {};

/**
 * The wall between the tracker and the page: no exception passes.
 * @template {unknown[]} Args
 * @param {(...args: Args) => void} run
 * @returns {(...args: Args) => void}
 */
export function guard(run) {
  return (...args) => {
    try {
      run(...args);
    } catch {
      lose("error");
    }
  };
}

/**
 * @param {() => void} run
 * @param {number} ms
 */
export function later(run, ms) {
  return setTimeout(guard(run), ms);
}

/**
 * @param {Moment | string} name
 * @param {unknown[]} args
 */
export function tell(name, ...args) {
  handlers[name]?.forEach((handler) => handler(...args));
}

/**
 * @param {string} name
 * @returns {Handler[]} none yet
 */
function hear(name) {
  const told = guard((/** @type {Event} */ event) => {
    const path = elementsOf(event);
    if (isIn(path, IGNORED)) ignore("ignored_region");
    else tell(name, event, path);
  });
  addEventListener(name, told, { capture: true, passive: true });
  return [];
}

/**
 * Hears of moments, and of the browser's events with the elements that they happened on.
 *
 * Listens on the window in the capture phase: a page that stops an event on its way does not
 * hide it. Passive, so that no scrolling waits for it. Once for each name, so the elements are
 * found once for all who want to know.
 * @param {string} names  with a space between two
 * @param {Handler} handler  takes the event and the elements, or whatever `tell` was given
 */
export function on(names, handler) {
  for (const name of names.split(" ")) (handlers[name] ??= hear(name)).push(guard(handler));
}
