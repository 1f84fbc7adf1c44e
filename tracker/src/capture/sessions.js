/** Captures that a session began: the first visit, or one after half an hour without any event. */

import { on } from "../listen.js";
import { record } from "../record.js";
import { session } from "../visit.js";

export function captureSessions() {
  on(":session", () => record("sessions", [session]));
}
