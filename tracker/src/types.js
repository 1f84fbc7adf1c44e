/** The shapes that the modules hand to each other; nothing here runs. */

/**
 * One event as it goes over the wire: its type, its fields, the client time in ms, and behind
 * that what version 2 added.
 * @typedef {["pageviews", url: string, title: string, t: number, referrer: string]
 *   | ["clicks", target_node: string, buttons: number, x: number, y: number, t: number, text?: string]
 *   | ["link_clicks", text: string, target_url: string, t: number, outbound?: boolean, download?: boolean]
 *   | ["mouse_moves", x: number, y: number, t: number, path?: number[]]
 *   | ["key_presses", key: string, t: number]
 *   | ["form_submissions", fields: Record<string, string | string[] | null>, t: number, form: string]
 *   | ["form_abandonments", form: string, fields: string[], t: number]
 *   | ["scroll_depths", depth: number, t: number]
 *   | ["visible_times", duration: number, t: number]
 *   | ["sessions", session_id: string, t: number]
 *   | ["errors", kind: "error" | "unhandledrejection", message: string, source: string,
 *       line_number: number, column_number: number, stack: string, t: number]
 *   | ["web_vitals", name: string, value: number, rating: string, t: number]
 *   | ["rage_clicks", target_node: string, x: number, y: number, t: number]
 *   | ["dead_clicks", target_node: string, x: number, y: number, t: number]
 *   | ["custom_events", name: string, properties: object, t: number]
 *   | ["identities", user_id: string, t: number]
 *   | ["losses", reason: string, events: number, t: number]} ChronosEvent
 */

/** @typedef {ChronosEvent[0]} EventType */

/** @typedef {{name: string, value: number, rating: string}} Vital */

/** @typedef {() => Promise<typeof import("./vitals.js")>} LoadVitals */

export {};
