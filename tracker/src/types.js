/** The shapes that the modules hand to each other; nothing here runs. */

/** @typedef {import("../package/index.js").EventType} EventType */

/** @typedef {{name: string, value: number, rating: string}} Vital */

/** @typedef {() => Promise<typeof import("./vitals.js")>} LoadVitals */

export {};
