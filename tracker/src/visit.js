/** Who is there: the visitor, the session, the tab, and the user that the page named. */

import { config } from "./config.js";
import { store, tab } from "./store.js";
import { uuid } from "./uuid.js";

const IDLE_MS = 30 * 60_000;

export let session = "";

/**
 * Somebody does something. The session is read anew, since another tab may have kept it alive,
 * or begun one.
 * @param {() => void} change  called before another session counts
 * @returns {unknown} whether a session began
 */
export function touchVisit(change) {
  if (config.events?.sessions == false) return false;
  const [kept, last] = /** @type {[string, string]} */ (store.get("session").split(" "));
  const now = Date.now();
  const began = !(Math.abs(now - +last) < IDLE_MS);
  const current = began ? uuid() : kept;
  store.set("session", `${current} ${now}`);
  if (current != session) change();
  session = current;
  // Where it could not be stored, somebody opted out in another tab.
  return began && store.get("session");
}

export function visitIds() {
  return {
    uuid: store.uuid("uuid"),
    session,
    tab: session && tab.uuid("tab"),
    user: store.get("user"),
  };
}
