/** Text and numbers as they may be sent, and how many bytes they take. */

const TEXT_LIMIT = 1_000;
const URL_LIMIT = 4_000;

// With the `u` flag a pair is one character, so this finds surrogates that stand alone.
const NOT_SENDABLE = /[\0\ud800-\udfff]/gu;
const PAIR = /^[\ud800-\udbff][\udc00-\udfff]$/;

const encoder = new TextEncoder();

/**
 * Well-formed Unicode without NUL, for PostgreSQL stores neither; cut, never through a
 * surrogate pair.
 * @param {string} text
 * @param {number} [limit] in UTF-16 units
 */
export function clean(text, limit = TEXT_LIMIT) {
  const splits = PAIR.test(text.slice(limit - 1, limit + 1));
  return text.slice(0, splits ? limit - 1 : limit).replace(NOT_SENDABLE, "\ufffd");
}

/** @param {string} url */
export function cleanUrl(url) {
  return clean(url, URL_LIMIT);
}

/**
 * A coordinate as the wire wants it; what is no number becomes 0.
 * @param {number} value
 */
export function integer(value) {
  return Math.round(value) | 0;
}

/** @param {string} text */
export function utf8Length(text) {
  return encoder.encode(text).length;
}
