/** The shapes that the modules hand to each other; nothing here runs. */

/**
 * One event as it goes over the wire: its type, its fields, the client time in ms.
 * @typedef {["pageviews", url: string, title: string, t: number]
 *   | ["clicks", target_node: string, buttons: number, x: number, y: number, t: number]
 *   | ["link_clicks", text: string, target_url: string, t: number]
 *   | ["mouse_moves", x: number, y: number, t: number]
 *   | ["key_presses", key: string, t: number]
 *   | ["form_submissions", fields: Record<string, string | string[]>, t: number]} ChronosEvent
 */

/** @typedef {ChronosEvent[0]} EventType */

/** @typedef {Window & typeof globalThis} Page */

/**
 * Time, so that tests can make it pass.
 * @typedef {object} Clock
 * @property {() => number} now  ms since the epoch
 * @property {(run: () => void, ms: number) => unknown} setTimeout
 * @property {(timer: unknown) => void} clearTimeout
 */

/**
 * What a capture module is given.
 * @typedef {object} Context
 * @property {Page} page
 * @property {Clock} clock
 * @property {import("./config.js").Config} config
 * @property {(event: ChronosEvent) => void} record
 */

export {};
