/** Where on the page an event happened. */

const DEPTH = 3;
const CLASSES = 3;
// More is no label but a part of the page.
const WORDS = 500;

/** Nothing that happens there is captured. */
export const IGNORED = "[data-chronos-ignore]";
/** What happens there is captured, what is written there is not. */
export const MASKED = "[data-chronos-mask]";
/** What is written there is somebody's own. */
export const PRIVATE = `${MASKED},${IGNORED},[contenteditable]`;

/**
 * @param {Event} event  while it is dispatched: afterwards the path is gone
 * @returns {Element[]} innermost first, through open shadow roots
 */
export function elementsOf(event) {
  return /** @type {Element[]} */ (event.composedPath()).filter((node) => node.nodeType == 1);
}

/**
 * @param {Element[]} path
 * @param {string} selector
 */
export function isIn(path, selector) {
  return path.some((element) => element.matches(selector));
}

/**
 * An element's words, on one line; where it has none, what it says to those who cannot see it.
 * @param {Element[]} path  begins with the element
 * @returns {string} empty where something private is in it or around it
 */
export function wordsOf(path) {
  const [element] = /** @type {[HTMLElement]} */ (path);
  /** @type {HTMLImageElement | null} */
  const image = element.querySelector("[alt]");
  const words = element.textContent.replace(/\s+/g, " ").trim() || element.ariaLabel || image?.alt || "";
  return isIn(path, PRIVATE) || element.querySelector(PRIVATE) ? "" : words.slice(0, WORDS);
}

/**
 * Attributes, not properties: in a form with a field called "id", form.id is that field.
 * @param {Element} element
 */
function nameOf(element) {
  const id = element.getAttribute("id");
  return [element.localName + (id ? `#${id}` : ""), ...[...element.classList].slice(0, CLASSES)].join(".");
}

/**
 * A short DOM path, `form#signup>button.primary`: it begins at the nearest element with an
 * id, or two above the innermost.
 * @param {Element[]} path
 */
export function describe(path) {
  const nearest = path.slice(0, DEPTH);
  const named = nearest.findIndex((element) => element.getAttribute("id"));
  return nearest.slice(0, named + 1 || DEPTH).map(nameOf).reverse().join(">");
}
