// What is shown while there is nothing to show: the script tag to paste, and how to copy it.

import { byId, say } from "./dom.js";

/** @typedef {import("./types.js").Live} Live */

export function empty() {
  const main = byId("content");
  byId("copy").addEventListener("click", copy);

  /** @param {Live} live */
  return function update(live) {
    const nothing = !("unavailable" in live) && !live.last_events.length && !Object.keys(live.timeline.types).length;
    byId("empty").hidden = !nothing;
    main.dataset.filled = "unavailable" in live ? kept(main.dataset.filled) : nothing ? "no" : "yes";
    const { path, key, project } = live.tracker;
    say(byId("snippet"), tag(path));
    say(byId("key"), key === null ? "There is no write key yet: `chronos key new` makes one." : carries(key, project));
  };
}

/**
 * Numbers that are shown stay, as old ones.
 * @param {string | undefined} filled
 */
const kept = (filled) => (filled === "yes" ? "yes" : "no");

/** @param {string} path seen from where this page is, which may be below a path of a proxy */
function tag(path) {
  const address = new URL(path.replace(/^\//, ""), document.baseURI);
  return `<script src="${address}" defer></script>`;
}

/**
 * @param {string} key
 * @param {string | null} project
 */
const carries = (key, project) => `The script carries the write key ${key}, which stores into the project “${project}”.`;

async function copy() {
  const text = byId("snippet").textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
    byId("copied").textContent = "Copied.";
  } catch {
    // Only secure pages may write there: then it stands selected.
    getSelection()?.selectAllChildren(byId("snippet"));
    byId("copied").textContent = "Selected: copy it with your keyboard.";
  }
}
