/** Captures who the page says the visitor is: `chronos.identify(id)`. */

import { flushBuffer } from "../buffer.js";
import { on } from "../listen.js";
import { record } from "../record.js";
import { store } from "../store.js";

export function captureIdentities() {
  on(":identify", (id) => {
    const user = String(id ?? "");
    // What came before has the metadata of whom it was before.
    flushBuffer();
    store.set("user", user);
    if (user) record("identities", [user]);
  });
}
