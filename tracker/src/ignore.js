/** The one way by which an event is dropped: counted, with its reason. */

import { store } from "./store.js";

/**
 * Out of respect for who is there:
 * - `ignored_region`: the element, or one around it, carries data-chronos-ignore
 * - `key_repeat`: a key held down presses once
 * - `not_a_key`: a keydown without a key, as browsers send when they fill a form in
 * - `password`: a key pressed in a password field
 * @typedef {"ignored_region" | "key_repeat" | "not_a_key" | "password"} Respect
 */

/**
 * Losses, of which the server is told:
 * - `error`: the tracker's own code failed; the page does not hear of it
 * - `too_large`: the event alone is more than a beacon holds
 * - `storage_full`: too much was waiting for the server, the oldest had to go
 * - `too_old`: it waited for longer than the server would know it again
 * - `refused`: the server will never take it
 * @typedef {"error" | "too_large" | "storage_full" | "too_old" | "refused"} Loss
 */

/** Counts of this page, by reason. @type {Record<string, number>} */
export const ignored = {};

/**
 * @param {Respect | Loss} reason
 * @param {number} [events] how many events are dropped
 */
export function ignore(reason, events = 1) {
  ignored[reason] = (ignored[reason] ?? 0) + events;
}

/** Begins the names of stored counts of losses, of which the server was not told yet. */
export const LOST = "lost:";

/**
 * @param {Loss} reason
 * @param {number} [events] how many events are dropped
 */
export function lose(reason, events = 1) {
  ignore(reason, events);
  store.set(LOST + reason, `${+store.get(LOST + reason) + events}`);
}
