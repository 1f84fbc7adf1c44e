// Lists of what there was most of, each with a bar and its number.

import { byId, keep, make, say } from "./dom.js";
import { whole } from "./format.js";

/** @typedef {import("./types.js").Ranked} Ranked */

export function rankings() {
  const show = { pages: ranking("pages", address), links: ranking("links"), nodes: ranking("nodes") };
  /** @param {import("./types.js").Numbers} live */
  return (live) => {
    show.pages(live.pages);
    show.links(live.links);
    show.nodes(live.nodes);
  };
}

/**
 * @param {string} id
 * @param {(key: string) => string} [words]
 */
function ranking(id, words = (key) => key || "(no text)") {
  const list = byId(id);
  /** @param {Ranked[]} ranked */
  return function update(ranked) {
    const most = Math.max(1, ...ranked.map((one) => one.n));
    const items = keep(list, ranked.map((one) => `:${one.key}`), () => make("li", {}, make("span"), make("b")));
    ranked.forEach(({ key, n }, index) => {
      const item = items[index];
      const [text, number] = item?.children ?? [];
      if (!item || !text || !number) return;
      say(text, words(key));
      say(number, whole(n));
      item.title = key;
      item.style.setProperty("--share", `${(100 * n) / most}%`);
    });
    if (!ranked.length) keep(list, ["none"], () => make("li", { class: "none" }, "None yet"));
  };
}

/** @param {string} url without what all of them begin with */
const address = (url) => url.replace(/^https?:\/\//, "") || "(no address)";
