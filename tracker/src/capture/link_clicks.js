/** Captures clicks on links and on whatever lies inside a link. */

import { elementsOf, inIgnoredRegion } from "../elements.js";
import { ignore } from "../ignore.js";
import { listen } from "../listen.js";
import { clean, cleanUrl } from "../text.js";

/**
 * The link's words; where it has none, what it says to those who cannot see it.
 * @param {Element} link
 */
function textOf(link) {
  const text = (link.textContent ?? "").replace(/\s+/g, " ").trim();
  return text || (link.getAttribute("aria-label") ?? link.querySelector("[alt]")?.getAttribute("alt") ?? "");
}

/**
 * Resolved by hand: the href of a link inside an SVG is not a string.
 * @param {Element} link
 */
function targetOf(link) {
  const href = link.getAttribute("href") ?? "";
  try {
    return new URL(href, link.baseURI).href;
  } catch {
    return href;
  }
}

/** @param {import("../types.js").Context} context */
export function captureLinkClicks({ page, clock, record }) {
  listen(page, "click", (event) => {
    const path = elementsOf(event);
    const link = path.find((element) => element.matches("a[href],area[href]"));
    if (!link) return;
    if (inIgnoredRegion(path)) return ignore("ignored_region");
    record(["link_clicks", clean(textOf(link)), cleanUrl(targetOf(link)), clock.now()]);
  });
}
