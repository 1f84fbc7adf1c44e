/** Captures that a page was seen: on load, and when it comes back from the back/forward cache. */

import { guard, listen } from "../listen.js";
import { clean, cleanUrl } from "../text.js";

/** @param {import("../types.js").Context} context */
export function capturePageviews({ page, clock, record }) {
  const document = /** @type {Document & {prerendering?: boolean}} */ (page.document);

  const see = guard(() => {
    record(["pageviews", cleanUrl(page.location.href), clean(document.title), clock.now()]);
  });

  // A page made ready in advance is seen when it is shown; one still being read may lack its title.
  if (document.prerendering) listen(page, "prerenderingchange", see);
  else if (document.readyState === "loading") listen(page, "DOMContentLoaded", see);
  else see();

  listen(page, "pageshow", (/** @type {PageTransitionEvent} */ event) => {
    if (event.persisted) see();
  });
}
