/** The one way by which an event is dropped: counted, with its reason. */

/**
 * - `error`: the tracker's own code failed; the page does not hear of it
 * - `ignored_region`: the element, or one around it, carries data-chronos-ignore
 * - `key_repeat`: a key held down presses once
 * - `memory_full`: too many refused beacons are waiting, the oldest has to go
 * - `not_a_key`: a keydown without a key, as browsers send when they fill a form in
 * - `password`: a key pressed in a password field
 * - `too_large`: the event alone is more than a beacon holds
 * @typedef {"error" | "ignored_region" | "key_repeat" | "memory_full" | "not_a_key"
 *   | "password" | "too_large"} Reason
 */

/** @type {Partial<Record<Reason, number>>} */
export const ignored = {};

/**
 * @param {Reason} reason
 * @param {number} [events] how many events are dropped
 */
export function ignore(reason, events = 1) {
  ignored[reason] = (ignored[reason] ?? 0) + events;
}
