/** Where on the page an event happened. */

const DEPTH = 3;
const CLASSES = 3;

/**
 * @param {Event} event  while it is dispatched: afterwards the path is gone
 * @returns {Element[]} innermost first, through open shadow roots
 */
export function elementsOf(event) {
  const isElement = /** @type {(node: any) => node is Element} */ ((node) => node.nodeType === 1);
  return event.composedPath().filter(isElement);
}

/** @param {Element[]} path */
export function inIgnoredRegion(path) {
  return path.some((element) => element.hasAttribute("data-chronos-ignore"));
}

/**
 * Attributes, not properties: in a form with a field called "id", form.id is that field.
 * @param {Element} element
 */
function nameOf(element) {
  const id = element.getAttribute("id");
  const classes = element.getAttribute("class")?.match(/\S+/g) ?? [];
  return [element.localName + (id ? `#${id}` : ""), ...classes.slice(0, CLASSES)].join(".");
}

/**
 * A short DOM path, `form#signup>button.primary`: it begins at the nearest element with an
 * id, or two above the innermost.
 * @param {Element[]} path
 */
export function describe(path) {
  const nearest = path.slice(0, DEPTH);
  const named = nearest.findIndex((element) => element.getAttribute("id"));
  const shown = named < 0 ? nearest : nearest.slice(0, named + 1);
  return shown.map(nameOf).reverse().join(">");
}
