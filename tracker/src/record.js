/** The way by which an event gets in, and when what came in goes out. */

import { addEvent, flushBuffer, forgetEvents } from "./buffer.js";
import { config } from "./config.js";
import { guard, later, tell } from "./listen.js";
import { enterPlace } from "./place.js";
import { drain, sendLeaving } from "./send.js";
import { touchVisit } from "./visit.js";

let running = false;
/** Runs until the next flush; 0 when that does not wait. @type {ReturnType<typeof setTimeout> | 0 | undefined} */
let timer;

/** @param {boolean} [ends]  whether the page does */
export function flush(ends) {
  tell(":flush", ends);
  clearTimeout(/** @type {number} */ (timer));
  timer = undefined;
  flushBuffer();
}

function send() {
  flush();
  drain();
}

/**
 * The page may be gone in a moment. No lock is asked for, since one that is granted to a page in
 * the back/forward cache throws it out of there.
 */
export const leave = guard(() => {
  flush();
  sendLeaving();
});

/** A page begins, and another one may end by that. */
export function enter() {
  if (!running) return;
  flush(true);
  enterPlace();
  tell(":begin");
}

/**
 * Takes the wire name of an event type, ours or one that the server has beside them, its fields as its
 * Record has them (chronos/models/events.py), the client time in ms, and the fields behind that.
 * @type {(type: string, fields: unknown[], t?: number, ...more: unknown[]) => void}
 */
export const record = guard((type, fields, t = Date.now(), ...more) => {
  if (!running) return;
  if (touchVisit(flushBuffer)) tell(":session");
  addEvent([type, ...fields, t, ...more]);
  schedule();
});

/** There is something to flush. */
export function schedule() {
  // A hidden page may never be seen again, so what happens there does not wait.
  timer ??= document.hidden ? (queueMicrotask(leave), 0) : later(send, config.flush_interval_ms);
}

export function startRecording() {
  if (running) return;
  // What was gathered while nobody wanted it.
  flush(true);
  running = true;
  enter();
  drain();
}

/** What came in and is not stored yet is forgotten. */
export function stopRecording() {
  running = false;
  forgetEvents();
}
