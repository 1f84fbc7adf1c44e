/** Captures how much of a page's height was seen so far, in per cent. */

import { on } from "../listen.js";
import { record } from "../record.js";
import { createSampler } from "../sample.js";

export function captureScrollDepths() {
  /** @type {Element | null} */
  let scrolled = null;
  let deepest = 0;
  let told = 0;

  // Here and not in the listener, because to ask for heights may make the browser lay out the page.
  function measure() {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 1 } = scrolled ?? {};
    // Also what scrolls inside of the page, where that is its main part.
    const depth = Math.min(1, (scrollTop + clientHeight) / scrollHeight);
    if (clientHeight * 2 > innerHeight) deepest = Math.max(deepest, Math.round(depth * 100));
  }

  const moved = createSampler(measure);

  on("scroll", ({ target }) => {
    scrolled = target == document ? document.scrollingElement : target;
    moved();
  });

  on(":begin", () => {
    scrolled = null;
    deepest = told = 0;
  });

  on(":flush", (ends) => {
    // What was not scrolled was seen as it is.
    if (ends) scrolled ??= document.scrollingElement;
    measure();
    if (deepest > told) record("scroll_depths", [(told = deepest)]);
  });
}
