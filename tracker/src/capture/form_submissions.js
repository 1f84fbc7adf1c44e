/** Captures submitted forms: the names of their fields, and the values that may be known. */

import { config } from "../config.js";
import { formName, isField, isSecret } from "../fields.js";
import { on } from "../listen.js";
import { record } from "../record.js";

/**
 * Read by hand: `new FormData(form)` would run the page's own formdata listeners.
 * @param {HTMLFormElement} form
 * @param {string[]} [named]  the fields whose values may be read
 * @returns {Record<string, string | string[] | null>} null is a value that was not read; a name
 *   that occurs more than once has a list
 */
export function readForm(form, named) {
  /** @type {Record<string, string | string[] | null>} */
  const fields = Object.create(null); // a field may be called __proto__
  for (const field of form.elements) {
    if (!isField(field) || field.matches("[type=checkbox]:not(:checked),[type=radio]:not(:checked)")) continue;
    const { name } = field;
    const readable = named?.includes(name) && !isSecret(field);
    for (const { value } of "options" in field ? field.selectedOptions : [field]) {
      const before = fields[name];
      fields[name] = readable ? (before == null ? value : [before, value].flat()) : null;
    }
  }
  return fields;
}

export function captureFormSubmissions() {
  on("submit", (_, path) => {
    const form = /** @type {HTMLFormElement} */ (path[0]);
    record("form_submissions", [readForm(form, config.form_values)], undefined, formName(form, path));
  });
}
