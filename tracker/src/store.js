/** Web storage; what the browser refuses to keep there lives as long as the page. */

import { config } from "./config.js";
import { uuid } from "./uuid.js";

/** @param {"localStorage" | "sessionStorage"} area */
function createStore(area) {
  /** What storage does not take. @type {Record<string, string>} */
  const memory = {};

  /** @param {string} name */
  const key = (name) => `chronos:${config.project}:${name}`;

  /**
   * @template T
   * @param {(kept: Storage) => T} act
   * @returns {T | undefined} nothing where storage is refused, full or broken
   */
  function attempt(act) {
    try {
      return act(window[area]);
    } catch {
      return undefined;
    }
  }

  /** @param {string} name @returns {string} */
  const get = (name) => memory[key(name)] ?? attempt((kept) => kept[key(name)]) ?? "";

  /** @param {string} name */
  function remove(name) {
    delete memory[key(name)];
    attempt((kept) => delete kept[key(name)]);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  function set(name, value) {
    // Who opted out, in whichever tab, has nothing in storage but that.
    if (name != "consent" && store.get("consent") == "out") return value;
    delete memory[key(name)];
    attempt((kept) => (kept[key(name)] = value)) ?? (memory[key(name)] = value);
    return value;
  }

  return {
    get,
    set,
    remove,
    /** @param {string} start of the names */
    names: (start) =>
      [...Object.keys(memory), ...(attempt(Object.keys) ?? [])]
        .filter((name) => name.startsWith(key(start)))
        .map((name) => name.slice(key("").length)),
    /**
     * The uuid under a name, made when there is none.
     * @param {string} name
     */
    uuid: (name) => get(name) || set(name, uuid()),
  };
}

/** @typedef {{get: (name: string) => string, set: (name: string, value: string) => string, remove: (name: string) => void,
 *   names: (start: string) => string[], uuid: (name: string) => string}} Store */

/** Outlives the page. @type {Store} */
export const store = createStore("localStorage");

/** Lives as long as the tab. @type {Store} */
export const tab = createStore("sessionStorage");
