// Says how the connection is, how old the numbers are, and what keeps them from being whole.

import { byId, say } from "./dom.js";
import { clock } from "./format.js";

/** @type {Record<import("./stream.js").State, string>} */
const WORDS = { connecting: "Connecting", live: "Live", lost: "Reconnecting", paused: "Paused" };

/** @typedef {import("./types.js").Live} Live */

export function connection() {
  const pill = byId("connection");
  const notice = byId("notice");
  const main = byId("content");
  let upTo = 0;
  let shown = "";
  let lacks = "";
  let without = "";
  /** @type {import("./stream.js").State} */
  let current = "connecting";

  /** Why the numbers are old; empty while they are not. */
  function old() {
    if (current === "lost") return "The worker does not answer; trying again.";
    if (current === "paused") return "Paused.";
    return current === "connecting" && upTo ? "Connecting." : without;
  }

  function words() {
    const why = old();
    // To connect takes a moment only, and what is said would make the page jump.
    if (!why || current === "connecting") return lacks;
    return `${why} ${upTo ? `These are the numbers of ${clock(upTo)}.` : "There are no numbers yet."}`;
  }

  function show() {
    const text = words();
    const now = [current, text, old()].join();
    // What is set again is announced again, whatever it is.
    if (now === shown) return;
    shown = now;
    say(pill, WORDS[current]);
    pill.dataset.state = notice.dataset.state = current;
    say(notice, text);
    main.toggleAttribute("data-stale", Boolean(old()));
  }

  return {
    /** @param {import("./stream.js").State} state */
    state(state) {
      if (state === current) return;
      current = state;
      show();
    },

    /** @param {number} now */
    still(now) {
      if (!without) upTo = now;
    },

    /** @param {Live} live */
    update(live) {
      without = "unavailable" in live ? sentence(live.unavailable) : "";
      lacks = "unavailable" in live ? "" : lack(live);
      if (!without) upTo = live.now;
      show();
    },
  };
}

/** @param {import("./types.js").Numbers} live */
function lack(live) {
  if (live.complete) return "";
  const windows = live.health.parts.find((part) => part.name === "windows");
  return `Something is missing from these numbers: ${windows?.says ?? "a worker is away"}.`;
}

/** @param {string} text */
const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/, ".");
