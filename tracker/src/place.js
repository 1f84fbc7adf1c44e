/** The page that is shown: its address, where the visitor came from, and the metadata of its beacons. */

import { guard, on } from "./listen.js";
import { toJson } from "./text.js";
import { visitIds } from "./visit.js";

export let url = "";
export let referrer = "";
/** Whose metadata is known. */
let known = "";
let metadata = "";

export function enterPlace() {
  if (url != location.href) referrer = url || document.referrer;
  url = location.href;
}

/**
 * What the beacons of this page say of it, as JSON: the same in each of them, so it is read
 * once, for the first.
 */
export function metadataOf() {
  const ids = visitIds();
  const about = url + Object.values(ids);
  if (about != known) {
    // Of the page that was entered: the browser may show the next one already.
    const query = [...new URL(url).searchParams];
    metadata = toJson({
      url,
      userAgent: navigator.userAgent,
      pageTitle: document.title,
      cookieAllowed: navigator.cookieEnabled,
      language: navigator.language,
      screen: `${screen.width}x${screen.height}`,
      viewport: `${innerWidth}x${innerHeight}`,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      referrer,
      ...ids,
      ...Object.fromEntries(query.filter(([name]) => /^utm_/.test(name))),
    });
  }
  known = about;
  return metadata;
}

/**
 * Notices that a single-page application shows another page.
 * @param {() => void} moved
 */
export function watchPlace(moved) {
  const look = guard(() => {
    if (url != location.href) moved();
  });
  for (const name of /** @type {const} */ (["pushState", "replaceState"])) {
    const original = history[name];
    history[name] = function (...args) {
      original.apply(this, args);
      look();
    };
  }
  on("popstate hashchange", look);
}
