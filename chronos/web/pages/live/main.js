// Brings the parts of the page together.

import { connection } from "./connection.js";
import { byId, say } from "./dom.js";
import { empty } from "./empty.js";
import { events } from "./events.js";
import { figures } from "./figures.js";
import { zone } from "./format.js";
import { health } from "./health.js";
import { rankings } from "./rankings.js";
import { listen } from "./stream.js";
import { timeline } from "./timeline.js";

const state = connection();
const always = [health, empty(), state.update];
const counted = [figures(), timeline(), rankings(), events()];
let paused = false;

say(byId("zone"), zone());
const stream = listen({
  onState: state.state,
  onStill: state.still,
  onLive(live) {
    always.forEach((update) => update(live));
    if (!("unavailable" in live)) counted.forEach((update) => update(live));
  },
});

byId("pause").addEventListener("click", () => {
  paused = !paused;
  say(byId("pause"), paused ? "Resume" : "Pause");
  stream.pause(paused);
});
