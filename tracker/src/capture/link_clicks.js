/** Captures clicks on links and on whatever lies inside a link. */

import { wordsOf } from "../elements.js";
import { on } from "../listen.js";
import { record } from "../record.js";

const FILE = /\.(docx?|exe|mp[34]|pdf|pptx?|xlsx?|zip)$/i;

export function captureLinkClicks() {
  on("click", (_, path) => {
    const nth = path.findIndex((/** @type {Element} */ element) => element.matches("a[href],area[href]"));
    const link = path[nth];
    if (!link) return;
    const { href, host, pathname } = link;
    const outbound = !!host && host != location.host;
    const download = link.hasAttribute("download") || FILE.test(pathname);
    const marks = download ? [outbound, download] : outbound ? [outbound] : [];
    // Inside an SVG a link's href is an object.
    record("link_clicks", [wordsOf(path.slice(nth)), href.baseVal ?? href], undefined, ...marks);
  });
}
