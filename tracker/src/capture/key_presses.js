/** Captures key presses; never what somebody types. */

import { MASKED, isIn } from "../elements.js";
import { isPassword } from "../fields.js";
import { ignore } from "../ignore.js";
import { on } from "../listen.js";
import { record } from "../record.js";

/**
 * Stands for any key pressed where text may be entered. It is what the UI Events standard
 * calls a key whose value is not known, so whoever reads the rows need not learn a new word.
 */
export const MASKED_KEY = "Unidentified";

// The key is named only where focus rests on something known not to take text.
const NAMED_ON = "body,a,button,[tabindex]";

/**
 * All else is masked: fields, editable regions, and elements that can hold a field in a closed
 * shadow root.
 * @param {Element[]} path
 */
function mayTakeText(path) {
  const [focused] = /** @type {HTMLElement[]} */ (path);
  return (
    !focused?.matches(NAMED_ON) ||
    focused.isContentEditable ||
    path.some((element) => element.localName.includes("-")) ||
    isIn(path, "input,textarea,select,[role$=box]")
  );
}

export function captureKeyPresses() {
  on("keydown", ({ key, repeat }, path) => {
    if (typeof key != "string") return ignore("not_a_key");
    if (repeat) return ignore("key_repeat");
    if (path.some(isPassword)) return ignore("password");
    const masked = isIn(path, MASKED) || mayTakeText(path);
    record("key_presses", [masked ? MASKED_KEY : key]);
  });
}
