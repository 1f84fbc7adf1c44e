/** Runs the tests of a folder in one process, which starts, and bundles the tracker, once. */

import { readdirSync } from "node:fs";

/** @param {string} folder */
export async function runTestsOf(folder) {
  const there = new URL(`./${folder}/`, import.meta.url);
  for (const name of readdirSync(there)) if (name.endsWith(".test.js")) await import(new URL(name, there));
}
