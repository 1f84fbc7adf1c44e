/** What happy-dom leaves out of the DOM and the tracker reads. */

const ENABLED = /:enabled/g;

/** `:enabled`, for selectors that mean fields only. */
function isEnabled(element) {
  return !element.disabled && !element.closest("fieldset[disabled]");
}

/** Nodes inside of a closed shadow root are nobody's business outside of it. */
function openPart(path) {
  return path.slice(path.findLastIndex((node) => node.mode === "closed") + 1);
}

function isEditable(element) {
  if (element.ownerDocument.designMode === "on") return true;
  const region = element.closest("[contenteditable]");
  return !!region && region.getAttribute("contenteditable") !== "false";
}

/** @param {import("happy-dom").Window} window */
export function completeDom(window) {
  const { matches } = window.Element.prototype;
  window.Element.prototype.matches = function (selector) {
    const plain = selector.replace(ENABLED, "");
    return matches.call(this, plain) && (plain === selector || isEnabled(this));
  };
  Object.defineProperty(window.HTMLElement.prototype, "isContentEditable", {
    configurable: true,
    get() {
      return isEditable(this);
    },
  });
  Object.defineProperty(window.Element.prototype, "ariaLabel", {
    configurable: true,
    get() {
      return this.getAttribute("aria-label");
    },
  });
  const { composedPath } = window.Event.prototype;
  window.Event.prototype.composedPath = function () {
    return openPart(composedPath.call(this));
  };
}
