/** Which form fields hold what must not be sent. */

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

// A false hit costs one value, a miss somebody's secret: so these match generously.
const SECRET_NAME =
  /card|cc[-_ ]?(n|e|v|c|type)|cv[cvn]|csc|security.?code|exp(ir|[-_ ]?(date|month|year|mm|yy))|iban|account|routing|passw|passcode|pwd|secret|token|one.?time|otp|ssn|social.?sec|tax.?id|(^|[^a-z])pin([^a-z]|$)/i;
const CARD_NUMBER = /(\d[ -]?){13}/;
const WITHOUT_VALUE = /^(password|hidden|file|submit|reset|button|image)$/;

/** @param {Element} element */
function autocompleteOf(element) {
  return (element.getAttribute("autocomplete") ?? "").toLowerCase();
}

/**
 * Also a password field that shows its text for the moment, where it says what it is for.
 * @param {Element} element
 */
export function isPassword(element) {
  const { type } = /** @type {HTMLInputElement} */ (element);
  return type === "password" || /password|one-time-code/.test(autocompleteOf(element));
}

/**
 * @param {Element} element
 * @returns {element is Field}
 */
export function isField(element) {
  return /^(input|textarea|select)$/.test(element.localName);
}

/** @param {Field} field */
export function isSendable(field) {
  return !(
    WITHOUT_VALUE.test(field.type) ||
    isPassword(field) ||
    /(^|\s)cc-/.test(autocompleteOf(field)) ||
    SECRET_NAME.test(`${field.name} ${field.id}`) ||
    CARD_NUMBER.test(field.value) ||
    field.closest("[data-chronos-ignore]")
  );
}
