/** Every event type and the module that captures it. */

import { captureClicks } from "./clicks.js";
import { captureCustomEvents } from "./custom_events.js";
import { captureDeadClicks } from "./dead_clicks.js";
import { captureErrors } from "./errors.js";
import { captureFormAbandonments } from "./form_abandonments.js";
import { captureFormSubmissions } from "./form_submissions.js";
import { captureIdentities } from "./identities.js";
import { captureKeyPresses } from "./key_presses.js";
import { captureLinkClicks } from "./link_clicks.js";
import { captureLosses } from "./losses.js";
import { captureMouseMoves } from "./mouse_moves.js";
import { capturePageviews } from "./pageviews.js";
import { captureRageClicks } from "./rage_clicks.js";
import { captureScrollDepths } from "./scroll_depths.js";
import { captureSessions } from "./sessions.js";
import { captureVisibleTimes } from "./visible_times.js";
import { captureWebVitals } from "./web_vitals.js";

/** @type {Record<import("../types.js").EventType, () => void>} */
export const captures = {
  sessions: captureSessions,
  pageviews: capturePageviews,
  clicks: captureClicks,
  link_clicks: captureLinkClicks,
  mouse_moves: captureMouseMoves,
  key_presses: captureKeyPresses,
  form_submissions: captureFormSubmissions,
  form_abandonments: captureFormAbandonments,
  scroll_depths: captureScrollDepths,
  visible_times: captureVisibleTimes,
  errors: captureErrors,
  web_vitals: captureWebVitals,
  rage_clicks: captureRageClicks,
  dead_clicks: captureDeadClicks,
  custom_events: captureCustomEvents,
  identities: captureIdentities,
  losses: captureLosses,
};
