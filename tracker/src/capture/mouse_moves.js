/** Captures the mouse's way as one path: where it began, and then the differences. */

import { on } from "../listen.js";
import { record } from "../record.js";
import { createSampler } from "../sample.js";

export function captureMouseMoves() {
  /** Where the mouse is, and since when. */
  let [x, y, t] = [NaN, NaN, 0];
  /** The last position of the path. */
  let [lastX, lastY, lastT] = [0, 0, 0];
  /** Records the path, with where it began. @type {((path: number[]) => void) | undefined} */
  let finish;
  /** @type {number[]} */
  let path = [];
  let moved = false;

  function take() {
    if (!moved) return;
    if (finish) path.push(x - lastX, y - lastY, t - lastT);
    else finish = record.bind(null, "mouse_moves", [x, y], t);
    [lastX, lastY, lastT] = [x, y, t];
    moved = false;
  }

  const sample = createSampler(take);

  on("mousemove", ({ clientX, clientY }) => {
    // Browsers also say "mousemove" when the page moves under a mouse at rest.
    if ((clientX | 0) == x && (clientY | 0) == y) return;
    [x, y, t] = [clientX | 0, clientY | 0, Date.now()];
    moved = true;
    sample();
  });

  // A beacon takes along where the mouse is.
  on(":flush", () => {
    take();
    finish?.(path);
    finish = undefined;
    path = [];
  });
}
