/** The bundle's entry: runs once, on the page that includes the script. */

import { readConfig } from "./config.js";
import { guard } from "./listen.js";
import { start } from "./tracker.js";

const run = guard(() => {
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  // The server puts the configuration in place of this string, which occurs nowhere else.
  const config = readConfig("__CHRONOS_CONFIG__", script?.src || location.href);
  const started = /** @type {Record<symbol, boolean>} */ (/** @type {unknown} */ (window));
  const mark = Symbol.for(`chronos ${config?.key}`);
  // A page that includes the script twice still counts once.
  if (!config || started[mark]) return;
  started[mark] = true;
  start(config, window, {
    now: () => Date.now(),
    setTimeout: (handler, ms) => setTimeout(handler, ms),
    clearTimeout: (timer) => clearTimeout(/** @type {number} */ (timer)),
  });
});

run();
