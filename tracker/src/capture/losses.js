/** Captures what the tracker itself had to drop, as counts, once the server is there to be told. */

import { LOST } from "../ignore.js";
import { on } from "../listen.js";
import { record } from "../record.js";
import { store } from "../store.js";

export function captureLosses() {
  on(":sent", () => {
    for (const name of store.names(LOST)) {
      record("losses", [name.slice(LOST.length), +store.get(name)]);
      store.remove(name);
    }
  });
}
