// Finds and makes elements. Text of visitors goes through here, as text and never as markup.

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {{class?: string}} [given]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  if (given.class) element.className = given.class;
  element.append(...children);
  return element;
}

/**
 * Leaves an element alone that says so already: a screen reader would begin anew.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Makes the children of `parent` those of `keys`, in their order; a child that stays is the same element.
 * @template {HTMLElement} E
 * @param {HTMLElement} parent
 * @param {string[]} keys
 * @param {(key: string, index: number) => E} create
 * @returns {E[]}
 */
export function keep(parent, keys, create) {
  const had = new Map([...parent.children].map((child) => [/** @type {E} */ (child).dataset.key, /** @type {E} */ (child)]));
  const wanted = keys.map((key, index) => {
    const child = had.get(key) ?? create(key, index);
    child.dataset.key = key;
    had.delete(key);
    return child;
  });
  had.forEach((child) => child.remove());
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  return wanted;
}
