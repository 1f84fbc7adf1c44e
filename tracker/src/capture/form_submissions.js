/** Captures submitted forms: the names of their fields and the values that are nobody's secret. */

import { elementsOf, inIgnoredRegion } from "../elements.js";
import { isField, isSendable } from "../fields.js";
import { ignore } from "../ignore.js";
import { listen } from "../listen.js";
import { clean } from "../text.js";

/** @typedef {import("../fields.js").Field} Field */

/**
 * @param {Field} field
 * @returns {string[]} the values a submission of this field has
 */
function valuesOf(field) {
  if ("options" in field) return Array.from(field.selectedOptions, (option) => option.value);
  const unchecked = /^(checkbox|radio)$/.test(field.type) && !(/** @type {HTMLInputElement} */ (field).checked);
  return unchecked ? [] : [field.value];
}

/**
 * Read by hand: `new FormData(form)` would run the page's own formdata listeners.
 * @param {HTMLFormElement} form
 * @returns {Record<string, string | string[]>} a name that occurs more than once has a list
 */
export function readForm(form) {
  /** @type {Record<string, string | string[]>} */
  const fields = Object.create(null); // a field may be called __proto__
  for (const field of form.elements) {
    if (!isField(field) || !field.name || field.matches(":disabled") || !isSendable(field)) continue;
    const name = clean(field.name);
    for (const value of valuesOf(field).map((text) => clean(text))) {
      const before = fields[name];
      fields[name] = before === undefined ? value : [before, value].flat();
    }
  }
  return fields;
}

/** @param {import("../types.js").Context} context */
export function captureFormSubmissions({ page, clock, record }) {
  listen(page, "submit", (event) => {
    if (inIgnoredRegion(elementsOf(event))) return ignore("ignored_region");
    record(["form_submissions", readForm(/** @type {HTMLFormElement} */ (event.target)), clock.now()]);
  });
}
