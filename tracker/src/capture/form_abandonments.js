/** Captures forms that were begun and left: which fields were touched, never what was put in. */

import { formName, isField } from "../fields.js";
import { on } from "../listen.js";
import { record } from "../record.js";

export function captureFormAbandonments() {
  /** What a form is called, and its touched fields. @type {Map<Element, [form: string, fields: Set<string>]>} */
  const begun = new Map();

  on("input", (_, path) => {
    const [field] = path;
    if (!field || !isField(field) || !field.form) return;
    const [name, fields] = begun.get(field.form) ?? [formName(field.form, path), new Set()];
    begun.set(field.form, [name, fields.add(field.name)]);
  });

  on("submit", (_, [form]) => form && begun.delete(form));

  on(":flush", (ends) => {
    if (!ends) return;
    for (const [name, fields] of begun.values()) record("form_abandonments", [name, [...fields]]);
    begun.clear();
  });
}
