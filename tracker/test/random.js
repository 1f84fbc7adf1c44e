/** Numbers and texts that look random and are the same in every run of a seed. */

/** Numbers from 0 to 1 (mulberry32). */
export function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number below `end`. */
export const below = (random, end) => Math.floor(random() * end);

const NARROW = ["a", '"', "\\", "\n", "\0", "\x1f", "\x7f"];
const WIDE = ["é", "漢", "\u2028", "😀", "👩‍🚀", "𝒳", "\ud83d", "\ude00", "\ufffd"];
const PIECES = [...NARROW, ...WIDE];

/** Text of up to `length` pieces, of one to four bytes each, with broken pairs among them. */
export function anyText(random, length) {
  return Array.from({ length: random() * length }, () => PIECES[below(random, PIECES.length)]).join("");
}

/** Seeds of the property tests: a few that are always the same, or the one that CHRONOS_SEED names. */
export const SEEDS = process.env.CHRONOS_SEED ? [Number(process.env.CHRONOS_SEED)] : [1, 2, 3, 4, 5];
