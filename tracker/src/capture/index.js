/** Every event type and the module that captures it. */

import { captureClicks } from "./clicks.js";
import { captureFormSubmissions } from "./form_submissions.js";
import { captureKeyPresses } from "./key_presses.js";
import { captureLinkClicks } from "./link_clicks.js";
import { captureMouseMoves } from "./mouse_moves.js";
import { capturePageviews } from "./pageviews.js";

/** @type {Record<import("../types.js").EventType, (context: import("../types.js").Context) => void>} */
export const captures = {
  pageviews: capturePageviews,
  clicks: captureClicks,
  link_clicks: captureLinkClicks,
  mouse_moves: captureMouseMoves,
  key_presses: captureKeyPresses,
  form_submissions: captureFormSubmissions,
};
