/** Captures that a page was seen, also one that a single-page application shows. */

import { later, on } from "../listen.js";
import { referrer, url } from "../place.js";
import { record } from "../record.js";

// An application sets the title some time after the address, and a page may still be on its way.
const TITLE_MS = 500;

export function capturePageviews() {
  let since = 0;

  function see() {
    if (since) record("pageviews", [url, document.title], since, referrer);
    since = 0;
  }

  on(":begin", () => {
    const began = (since = Date.now());
    // Unless there is another page by then.
    later(() => began == since && see(), TITLE_MS);
  });
  on(":flush", see);
}
