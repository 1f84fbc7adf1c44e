/** Puts the parts together: captures fill the buffer, the buffer feeds the sender. */

import { openBeacon } from "./beacon.js";
import { createBuffer } from "./buffer.js";
import { captures } from "./capture/index.js";
import { guard, listen } from "./listen.js";
import { readMetadata, readVisitor } from "./metadata.js";
import { createSender } from "./send.js";

/** @typedef {import("./types.js").EventType} EventType */

/**
 * Tells the page what the browser has taken to send: a CustomEvent "chronos:sent" on the
 * document, whose detail holds copies of the events.
 * @param {import("./types.js").Page} page
 * @param {import("./beacon.js").Beacon} beacon
 */
function announce(page, { events }) {
  const detail = { events: JSON.parse(`[${events}]`) };
  page.document.dispatchEvent(new page.CustomEvent("chronos:sent", { detail }));
}

/**
 * A page that is hidden may never be seen again, and on a phone nothing else is said.
 * @param {import("./types.js").Page} page
 * @param {() => void} leave
 */
function whenLeaving(page, leave) {
  listen(page, "pagehide", leave);
  listen(page, "visibilitychange", () => {
    if (page.document.visibilityState === "hidden") leave();
  });
}

/** @param {import("./types.js").Context} context */
function startCaptures(context) {
  const begin = guard((/** @type {EventType} */ type) => captures[type](context));
  const types = /** @type {EventType[]} */ (Object.keys(captures));
  types.filter((type) => context.config.events[type] !== false).forEach((type) => begin(type));
}

/**
 * @param {import("./config.js").Config} config
 * @param {import("./types.js").Page} page
 * @param {import("./types.js").Clock} clock
 */
export function start(config, page, clock) {
  const visitor = readVisitor(page);
  const sent = (/** @type {import("./beacon.js").Beacon} */ beacon) => announce(page, beacon);
  const sender = createSender({ page, clock, endpoint: config.endpoint, sent });
  const buffer = createBuffer({
    limit: config.maxBeaconBytes,
    open: () => openBeacon(config.key, readMetadata(page, visitor)),
    full: sender.send,
  });
  /** @type {unknown} */
  let timer;
  let url = "";

  const flush = guard(() => {
    clock.clearTimeout(timer);
    timer = undefined;
    buffer.flush();
  });

  /** @param {import("./types.js").ChronosEvent} event */
  function record(event) {
    // A beacon's metadata names one page, so a new address ends the beacon.
    if (url !== page.location.href) flush();
    url = page.location.href;
    timer ??= clock.setTimeout(flush, config.flushIntervalMs);
    buffer.add(event);
  }

  startCaptures({ page, clock, config, record });
  whenLeaving(page, () => {
    flush();
    sender.drain();
  });
}
