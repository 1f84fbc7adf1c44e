/** Captures clicks after which nothing on the page changed. */

import { describe, isIn } from "../elements.js";
import { later, on } from "../listen.js";
import { record } from "../record.js";

const WAIT_MS = 1_000;
// What answers a click in ways that are no change of the page, or not so soon.
const ALIVE = "input,textarea,select,label,video,audio,[href]";
const EVERYTHING = { subtree: true, childList: true, attributes: true, characterData: true };

export function captureDeadClicks() {
  let changes = 0;
  let waiting = 0;
  const change = () => void changes++;
  const observer = new MutationObserver(change);

  on("click", (event, path) => {
    // Nor can be seen what changes in a closed shadow root.
    if (isIn(path, ALIVE) || path[0]?.localName.includes("-")) return;
    const before = changes;
    const t = Date.now();
    waiting++;
    later(() => {
      if (before == changes && !`${getSelection()}`) record("dead_clicks", [describe(path), event.clientX | 0, event.clientY | 0], t);
      if (!--waiting) observer.disconnect();
    }, WAIT_MS);
    // A change inside of a shadow root is not one of the document.
    for (const node of event.composedPath()) if (node == document || node.nodeType == 11) observer.observe(node, EVERYTHING);
  });

  on("scroll focusin submit pagehide visibilitychange :begin", change);
}
