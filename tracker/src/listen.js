/** Listeners that can neither break the page nor hold it up. */

import { ignore } from "./ignore.js";

/**
 * @template {unknown[]} Args
 * @param {(...args: Args) => void} run
 * @returns {(...args: Args) => void} the same, but an exception ends here
 */
export function guard(run) {
  return (...args) => {
    try {
      run(...args);
    } catch {
      ignore("error");
    }
  };
}

/**
 * Listens on the window in the capture phase: a page that stops an event on its way
 * does not hide it.
 * @template {Event} E
 * @param {Window} page
 * @param {string} type
 * @param {(event: E) => void} handler
 */
export function listen(page, type, handler) {
  const listener = /** @type {(event: Event) => void} */ (/** @type {unknown} */ (guard(handler)));
  page.addEventListener(type, listener, { capture: true, passive: true });
}
