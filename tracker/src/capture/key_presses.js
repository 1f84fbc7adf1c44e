/** Captures key presses; never what somebody types. */

import { elementsOf, inIgnoredRegion } from "../elements.js";
import { isPassword } from "../fields.js";
import { ignore } from "../ignore.js";
import { listen } from "../listen.js";
import { clean } from "../text.js";

/**
 * Stands for any key pressed where text may be entered. It is what the UI Events standard
 * calls a key whose value is not known, so whoever reads the rows need not learn a new word.
 */
export const MASKED_KEY = "Unidentified";

// The key is named only where focus rests on something known not to take text. All else is
// masked: fields, editable regions, and elements that can hold a field in a closed shadow root.
const NAMED_ON = "html,body,a,area,button,summary,audio,video,[tabindex]";
const TEXT_ENTRY =
  "input,textarea,select,[contenteditable]:not([contenteditable=false]),[role=textbox],[role=searchbox],[role=combobox]";

/**
 * @param {Element[]} path
 * @param {Document} document
 */
function mayTakeText(path, document) {
  const [focused] = path;
  if (!focused) return false;
  return (
    document.designMode === "on" ||
    !focused.matches(NAMED_ON) ||
    path.some((element) => element.localName.includes("-") || element.matches(TEXT_ENTRY))
  );
}

/** @param {import("../types.js").Context} context */
export function captureKeyPresses({ page, clock, record }) {
  listen(page, "keydown", (/** @type {KeyboardEvent} */ event) => {
    const path = elementsOf(event);
    if (typeof event.key !== "string") return ignore("not_a_key");
    if (event.repeat) return ignore("key_repeat");
    if (path.some(isPassword)) return ignore("password");
    if (inIgnoredRegion(path)) return ignore("ignored_region");
    record(["key_presses", mayTakeText(path, page.document) ? MASKED_KEY : clean(event.key), clock.now()]);
  });
}
