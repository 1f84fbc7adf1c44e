/** Captures clicks: on what, where, and which buttons were still down. */

import { describe, elementsOf, inIgnoredRegion } from "../elements.js";
import { ignore } from "../ignore.js";
import { listen } from "../listen.js";
import { clean, integer } from "../text.js";

/** @param {import("../types.js").Context} context */
export function captureClicks({ page, clock, record }) {
  listen(page, "click", (/** @type {MouseEvent} */ event) => {
    const path = elementsOf(event);
    if (inIgnoredRegion(path)) return ignore("ignored_region");
    const { buttons, clientX, clientY } = event;
    record(["clicks", clean(describe(path)), integer(buttons), integer(clientX), integer(clientY), clock.now()]);
  });
}
