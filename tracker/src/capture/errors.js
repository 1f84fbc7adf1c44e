/** Captures what the page's own scripts failed at. */

import { on } from "../listen.js";
import { record } from "../record.js";

export function captureErrors() {
  /** Stacks are long, and an error that repeats has the same. @type {Set<string>} */
  const known = new Set();

  /**
   * @param {"error" | "unhandledrejection"} kind
   * @param {any} thrown
   * @param {Partial<ErrorEvent>} event  may know more
   */
  function report(kind, thrown, { message = String(thrown?.message ?? thrown), filename = "", lineno = 0, colno = 0 }) {
    const stack = String(thrown?.stack ?? "");
    record("errors", [kind, message, filename, lineno, colno, known.has(stack) ? "" : stack]);
    known.add(stack);
  }

  on("error", (event) => {
    // An image that does not load is an "error" too, but has no message.
    if (event.message) report("error", event.error, event);
  });
  on("unhandledrejection", ({ reason }) => report("unhandledrejection", reason, {}));
}
