// Numbers and times in words; times are in the zone of whoever looks.

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const CLOCK = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const MINUTE = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const OFFSET = new Intl.DateTimeFormat("en", { timeZoneName: "longOffset" });

/** @param {number} count */
export const whole = (count) => WHOLE.format(count);

/** @param {number} count */
export const short = (count) => SHORT.format(count);

/** @param {number} rate */
export const perSecond = (rate) => (rate >= 100 ? WHOLE : FINE).format(rate);

/** @param {number} seconds since 1970 */
export const clock = (seconds) => CLOCK.format(seconds * 1000);

/** @param {number} seconds since 1970 */
export const minute = (seconds) => MINUTE.format(seconds * 1000);

/** The zone of this browser: `Europe/Berlin (GMT+01:00)`. */
export function zone() {
  const offset = OFFSET.formatToParts().find((part) => part.type === "timeZoneName")?.value ?? "";
  return `${OFFSET.resolvedOptions().timeZone} (${offset})`;
}

/**
 * How much later, in one unit.
 * @param {number} seconds
 */
export function span(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export const counted = (count, one, many = `${one}s`) => `${whole(count)} ${count === 1 ? one : many}`;

/** @param {string} type the name of an event type, in words */
export const inWords = (type) => type.replaceAll("_", " ");
