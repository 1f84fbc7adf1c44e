/** What the page may call, and whether the tracker runs at all. */

import { captures } from "./capture/index.js";
import { config, configure } from "./config.js";
import { ignored } from "./ignore.js";
import { guard, on, tell } from "./listen.js";
import { watchPlace } from "./place.js";
import { enter, flush, leave, record, startRecording, stopRecording } from "./record.js";
import { letGo, wake } from "./send.js";
import { store, tab } from "./store.js";

let capturing = false;

/**
 * The browser's own signal stands above what the page asked: a visitor who set it need not be
 * asked again. A page made ready in advance is not seen before it is shown.
 */
function mayCapture() {
  const answer = store.get("consent");
  const { globalPrivacyControl, doNotTrack } = /** @type {any} */ (navigator);
  return !(
    answer == "out" ||
    /** @type {any} */ (document).prerendering ||
    (config.respect_gpc != false && globalPrivacyControl) ||
    (config.respect_dnt != false && doNotTrack == 1) ||
    (config.consent == "required" && !answer)
  );
}

/** @returns {true} */
function capture() {
  for (const [type, begin] of Object.entries(captures))
    if (config.events?.[/** @type {import("./types.js").EventType} */ (type)] != false) guard(begin)();

  watchPlace(enter);
  on("pageshow", ({ persisted }) => persisted && enter());
  on("online", wake);
  on("visibilitychange", () => (document.hidden ? leave() : wake()));
  // Into storage; to send it is for the visibilitychange that comes with it.
  on("pagehide", () => {
    flush(true);
    letGo?.();
  });
  return true;
}

const start = guard(() => {
  if (!mayCapture()) return;
  capturing ||= capture();
  startRecording();
});

/**
 * @param {Parameters<typeof configure>[0]} given
 * @returns {import("../package/index.js").Chronos}
 */
export function createTracker(given) {
  configure(given);
  start();
  on("prerenderingchange", start);

  return {
    record,
    ignored,
    track: tell.bind(null, ":track"),
    identify: tell.bind(null, ":identify"),
    optIn() {
      store.set("consent", "in");
      start();
    },
    optOut() {
      stopRecording();
      for (const kept of [store, tab]) kept.names("").forEach(kept.remove);
      store.set("consent", "out");
    },
  };
}
