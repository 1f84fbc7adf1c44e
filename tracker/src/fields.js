/** Form fields: what they are called, and which hold what must never be sent. */

import { IGNORED, PRIVATE, describe } from "./elements.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

const CARD_NUMBER = /(\d\W*){13}/;

/**
 * @param {Element} element
 * @param {RegExp} purpose
 */
function isFor(purpose, element) {
  return purpose.test(`${/** @type {Field} */ (element).type} ${element.getAttribute("autocomplete")}`);
}

/**
 * Also a password field that shows its text for the moment, where it says what it is for.
 * @param {Element} element
 */
export function isPassword(element) {
  return isFor(/password|one-time/i, element);
}

/**
 * Whether people put something into it, under a name.
 * @param {Element} element
 * @returns {element is Field}
 */
export function isField(element) {
  return (
    !!/** @type {Field} */ (element).name &&
    element.matches(":is(input,textarea,select):enabled") &&
    !element.closest(IGNORED) &&
    !isFor(/^(hidden|password|submit|reset|button|image)/, element)
  );
}

/** @param {Field} field */
export function isSecret(field) {
  return (
    isFor(/password|one-time|\bcc-|^file/i, field) ||
    CARD_NUMBER.test(field.value) ||
    field.closest(PRIVATE)
  );
}

/**
 * What a form is called: as in the path of a click on it.
 * @param {Element} form
 * @param {Element[]} path  has the form somewhere
 */
export function formName(form, path) {
  return describe(path.slice(path.indexOf(form)));
}
