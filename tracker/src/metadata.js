/** What a beacon says about its page and its visitor. */

import { clean, cleanUrl } from "./text.js";
import { isUuid, uuid } from "./uuid.js";

const STORED_AS = "chronos_uuid";

/**
 * @typedef {object} Metadata
 * @property {string} url
 * @property {string} userAgent
 * @property {string} pageTitle
 * @property {boolean} cookieAllowed
 * @property {string} language
 * @property {string} uuid  the visitor's
 */

/**
 * The visitor's uuid, kept in web storage; where that is refused it lives as long as the page.
 * @param {import("./types.js").Page} page
 * @returns {string}
 */
export function readVisitor(page) {
  const fresh = uuid();
  try {
    const kept = page.localStorage.getItem(STORED_AS);
    if (isUuid(kept)) return /** @type {string} */ (kept);
    page.localStorage.setItem(STORED_AS, fresh);
  } catch {
    // Refused or full: the fresh one serves this page.
  }
  return fresh;
}

/**
 * @param {import("./types.js").Page} page
 * @param {string} visitor
 * @returns {Metadata}
 */
export function readMetadata({ document, location, navigator }, visitor) {
  return {
    url: cleanUrl(location.href),
    userAgent: clean(navigator.userAgent),
    pageTitle: clean(document.title),
    cookieAllowed: navigator.cookieEnabled,
    language: clean(navigator.language ?? ""),
    uuid: visitor,
  };
}
