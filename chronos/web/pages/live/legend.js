// The buttons that show and hide event types; what is hidden is remembered in this browser.

import { byId, keep, make, say } from "./dom.js";
import { inWords, short, whole } from "./format.js";

export const LATE = "late";

const STORED = "chronos-live:hidden";
// They outnumber all else, so that nothing else could be seen.
const HIDDEN = ["mouse_moves"];

/** @typedef {import("./types.js").Timeline} Timeline */

/** @param {() => void} changed */
export function legend(changed) {
  const list = byId("legend");
  const hidden = new Set(remembered());

  /** @param {string} type */
  function toggle(type) {
    if (!hidden.delete(type)) hidden.add(type);
    remember([...hidden]);
    changed();
  }

  /** @param {string} type */
  function item(type) {
    const button = make("button", { class: type === LATE ? "key late" : "key" }, make("i"), make("span"), make("b"));
    button.type = "button";
    button.style.setProperty("--swatch", `var(--type-${type}, var(--type-other))`);
    button.addEventListener("click", () => toggle(type));
    return make("li", {}, button);
  }

  return {
    /** @param {string} type */
    shows: (type) => !hidden.has(type),

    /**
     * @param {Timeline} timeline
     * @param {string[]} types
     */
    update(timeline, types) {
      const items = keep(list, [...types, LATE], item);
      [...types, LATE].forEach((type, index) => {
        const button = items[index]?.querySelector("button");
        const [, name, number] = button?.children ?? [];
        if (!button || !name || !number) return;
        const counts = type === LATE ? timeline.late : timeline.types[type] ?? [];
        const count = counts.reduce((sum, one) => sum + one, 0);
        button.setAttribute("aria-pressed", String(!hidden.has(type)));
        button.title = whole(count);
        say(name, type === LATE ? "late arrivals" : inWords(type));
        say(number, short(count));
      });
    },
  };
}

/** @returns {string[]} */
function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(STORED) ?? "null");
    return Array.isArray(found) ? found : HIDDEN;
  } catch {
    return HIDDEN;
  }
}

/** @param {string[]} types */
function remember(types) {
  try {
    localStorage.setItem(STORED, JSON.stringify(types));
  } catch {
    // Then it holds until the page is left.
  }
}
