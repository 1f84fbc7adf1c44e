// The shape of what `api/live` sends; nothing here runs.

/**
 * @typedef {object} Timeline Columns with one place for each slot of `step` seconds
 * @property {number} step
 * @property {number[]} start Seconds since 1970
 * @property {Record<string, number[]>} types
 * @property {number[]} late
 * @property {string[]} status
 *
 * @typedef {{key: string, n: number}} Ranked
 *
 * @typedef {object} LastEvent
 * @property {string} type
 * @property {string} text
 * @property {number} event_time Seconds since 1970
 * @property {number} time When it arrived
 * @property {boolean} late
 *
 * @typedef {{name: string, works: boolean, says: string}} Part
 *
 * @typedef {object} Health
 * @property {string} status
 * @property {string[]} problems
 * @property {string[]} remarks
 * @property {Part[]} parts
 *
 * @typedef {object} Tracker The script's path, and the key that it carries
 * @property {string} path
 * @property {string | null} key
 * @property {string | null} project
 *
 * @typedef {object} Numbers
 * @property {number} now
 * @property {number} events_per_second
 * @property {number} visitors
 * @property {Timeline} timeline
 * @property {Ranked[]} pages
 * @property {Ranked[]} links
 * @property {Ranked[]} nodes
 * @property {LastEvent[]} last_events
 * @property {number} too_late
 * @property {boolean} complete
 * @property {Health} health
 * @property {Tracker} tracker
 *
 * @typedef {object} Unavailable What is sent where the windows cannot be asked
 * @property {number} now
 * @property {string} unavailable
 * @property {Health} health
 * @property {Tracker} tracker
 *
 * @typedef {Numbers | Unavailable} Live
 */

export {};
