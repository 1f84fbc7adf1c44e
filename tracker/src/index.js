/** The script's entry: runs once, on the page that includes it. */

import { guard } from "./listen.js";
import { createTracker } from "./tracker.js";

const begin = guard(() => {
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const page = /** @type {any} */ (window);
  // The server puts the configuration in place of this string, which occurs nowhere else.
  const given = /** @type {any} */ ("__CHRONOS_CONFIG__");

  // A page that includes the script twice still counts once.
  if (!given.key || page.chronos?.ignored) return;

  /** @param {string} path  on the server that the script came from */
  const at = (path) => new URL(path, script?.src || location.href).href;

  const queue = page.chronos?.q ?? [];
  page.chronos = createTracker({ ...given, endpoint: at(given.events_path), loadVitals: () => import(at(given.vitals_path)) });
  queue.forEach(guard(([method, ...args]) => page.chronos[method](...args)));
});

begin();
