// Draws stacked bars by event time.

import uPlot from "./vendor/uplot/uPlot.esm.js";
import { minute, short } from "./format.js";

/** @typedef {import("./types.js").Timeline} Timeline */

const BAR = 0.86;
const MOST_PIXELS = 40;
const MARK = 4;
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7, 1e8];

/**
 * @typedef {object} Drawn
 * @property {Timeline} timeline
 * @property {string[]} types From the ground up
 * @property {number[][]} heights Of each type
 * @property {boolean} late Whether late arrivals are marked
 */

/**
 * @param {HTMLElement} place
 * @param {(slot: number | null, left: number) => void} pointed
 */
export function chart(place, pointed) {
  /** @type {uPlot | undefined} */
  let plot;
  let shown = "";
  /** @type {Drawn | undefined} */
  let drawn;

  /** @param {Drawn} now */
  function begin(now) {
    plot?.destroy();
    plot = new uPlot(options(now.types, size(place), () => drawn, pointed), data(now), place);
  }

  new ResizeObserver(() => plot?.setSize(size(place))).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot?.redraw());

  /** @param {Drawn} now */
  return function draw(now) {
    const types = now.types.join();
    drawn = now;
    if (!plot || types !== shown) begin(now);
    else plot.setData(data(now));
    shown = types;
  };
}

/** @param {HTMLElement} place */
const size = (place) => ({ width: Math.max(200, place.clientWidth), height: place.clientWidth < 560 ? 220 : 300 });

/**
 * The highest first: each next one is painted over it.
 * @param {Drawn} now
 * @returns {uPlot.AlignedData}
 */
const data = (now) => [now.timeline.start, ...[...now.heights].reverse()];

/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * @param {string[]} types
 * @param {{width: number, height: number}} size
 * @param {() => Drawn | undefined} drawn
 * @param {(slot: number | null, left: number) => void} pointed
 * @returns {uPlot.Options}
 */
function options(types, size, drawn, pointed) {
  const bars = uPlot.paths.bars?.({ size: [BAR, MOST_PIXELS], align: 1 });
  return {
    ...size,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: true, range: () => bounds(drawn()) }, y: { range: (_, __, top) => [0, Math.max(4, top * 1.08)] } },
    axes: [{ ...axis(52, (values) => values.map(minute)), size: 30 }, { ...axis(44, (values) => values.map(short)), incrs: WHOLE_STEPS, size: 44 }],
    series: [{}, ...[...types].reverse().map((type) => ({ paths: bars, width: 0, points: { show: false }, fill: () => fill(type) }))],
    hooks: {
      draw: [(plot) => markLate(plot, drawn())],
      setCursor: [(plot) => pointed(slotAt(plot, drawn()), plot.cursor.left ?? -1)],
    },
  };
}

/**
 * The slot under the mouse: a bar begins at its time.
 * @param {uPlot} plot
 * @param {Drawn | undefined} now
 */
function slotAt(plot, now) {
  const left = plot.cursor.left ?? -1;
  if (!now || left < 0) return null;
  const { start, step } = now.timeline;
  return Math.floor((plot.posToVal(left, "x") - (start[0] ?? 0)) / step);
}

/** @param {string} type */
const fill = (type) => colour(`--type-${type}`) || colour("--type-other");

/**
 * @param {Drawn | undefined} now
 * @returns {[number, number]}
 */
function bounds(now) {
  const { start, step } = now?.timeline ?? { start: [0], step: 1 };
  return [start[0] ?? 0, (start.at(-1) ?? 0) + step];
}

/**
 * @param {number} space
 * @param {(values: number[]) => string[]} words
 * @returns {uPlot.Axis}
 */
const axis = (space, words) => ({
  space,
  values: (_, values) => words(values),
  stroke: () => colour("--soft"),
  font: "12px system-ui, sans-serif",
  grid: { stroke: () => colour("--line"), width: 1 },
  ticks: { show: false },
});

/**
 * A diamond above each bar of which something arrived late.
 * @param {uPlot} plot
 * @param {Drawn | undefined} now
 */
function markLate(plot, now) {
  if (!now?.late) return;
  const { start, late, step } = now.timeline;
  const top = now.heights.at(-1) ?? [];
  const { ctx } = plot;
  const reach = MARK * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = colour("--late");
  start.forEach((time, slot) => {
    if (!late[slot]) return;
    const x = plot.valToPos(time + (step * BAR) / 2, "x", true);
    const y = plot.valToPos(top[slot] ?? 0, "y", true) - 1.6 * reach;
    ctx.beginPath();
    ctx.moveTo(x, y - reach);
    ctx.lineTo(x + reach, y);
    ctx.lineTo(x, y + reach);
    ctx.lineTo(x - reach, y);
    ctx.fill();
  });
  ctx.restore();
}
