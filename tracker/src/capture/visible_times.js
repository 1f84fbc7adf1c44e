/** Captures for how long a page could be seen. */

import { on } from "../listen.js";
import { record } from "../record.js";

export function captureVisibleTimes() {
  let since = 0;

  function look() {
    since = document.hidden ? 0 : Date.now();
  }

  on(":begin visibilitychange", () => since || look());
  on(":flush", (ends) => {
    const duration = since && Date.now() - since;
    if (since) look();
    if (ends) since = 0;
    if (duration > 0) record("visible_times", [duration]);
  });
}
