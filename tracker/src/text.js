/** Text as it may be sent, and how many bytes it takes. */

const LIMIT = 4_000;

// With the `u` flag a pair is one character, so this finds surrogates that stand alone.
const NOT_SENDABLE = /[\0\ud800-\udfff]/gu;

/**
 * Well-formed Unicode without NUL, for PostgreSQL stores neither, and not endless.
 * @param {string} text
 */
export function clean(text) {
  return text.slice(0, LIMIT).replace(NOT_SENDABLE, "\ufffd");
}

/**
 * JSON in which every text is clean.
 * @param {unknown} value
 */
export function toJson(value) {
  return JSON.stringify(value, (_, part) => (typeof part == "string" ? clean(part) : part));
}

/** @param {string} text */
export function utf8Length(text) {
  return new TextEncoder().encode(text).length;
}
