import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";

test("a click says on what, with which buttons and where, in whole numbers", async () => {
  const page = openPage({ only: ["clicks"], html: '<button id="buy" class="big">Buy <b>now</b></button>' });
  page.fire("b", "click", { clientX: 10.6, clientY: 20.2, buttons: 1 });
  assert.deepEqual(await page.events(), [["clicks", "button#buy.big>b", 1, 10, 20, NOW]]);
});

test("a click that is no mouse event has zeros, not holes", async () => {
  const page = openPage({ only: ["clicks"], html: "<i></i>" });
  page.document.querySelector("i").dispatchEvent(new page.window.Event("click", { bubbles: true }));
  assert.deepEqual(await page.events(), [["clicks", "html>body>i", 0, 0, 0, NOW]]);
});

const withText = (html) => openPage({ only: ["clicks"], html, settings: { click_text: true } });

for (const [name, html, target, text] of [
  ["on one line", "<button>Buy \n <b>now</b></button>", "button", "Buy now"],
  ["a label where there are no words", '<button aria-label="Close"></button>', "button", "Close"],
  ["none in a masked region", "<p data-chronos-mask><button>Ada</button></p>", "button", ""],
  ["none where something is masked inside", "<div>Hello <b data-chronos-mask>Ada</b></div>", "div", ""],
  ["none where something is ignored inside", "<div>Hello <b data-chronos-ignore>Ada</b></div>", "div", ""],
  ["none of what somebody writes", "<div contenteditable>my secret plan</div>", "div", ""],
  ["none around what somebody writes", "<div>Note: <b contenteditable>my secret plan</b></div>", "div", ""],
  ["none within what somebody writes", "<div contenteditable>my <b>secret</b> plan</div>", "b", ""],
  ["a label is words, too: none of what is masked", '<button data-chronos-mask aria-label="Ada"></button>', "button", ""],
  ["at most 500 units", `<button>${"x".repeat(501)}</button>`, "button", "x".repeat(500)],
]) {
  test(`text of a click: ${name}`, async () => {
    const page = withText(html);
    page.fire(target, "click");
    assert.equal((await page.events())[0][6], text);
  });
}

test("without click_text a click has no text", async () => {
  const page = openPage({ only: ["clicks"], html: "<button>Buy</button>" });
  page.fire("button", "click");
  assert.equal((await page.events())[0].length, 6);
});

for (const type of ["clicks", "link_clicks", "rage_clicks", "dead_clicks"]) {
  test(`${type} in an ignored region are none, and are counted`, async () => {
    const page = openPage({ only: [type], html: '<p data-chronos-ignore><a href="/x">x</a></p>' });
    for (let i = 0; i < 4; i++) page.fire("a", "click");
    assert.deepEqual(await page.events(), []);
    assert.equal(page.tracker.ignored.ignored_region, 4);
  });
}

test("a click in an open shadow root has the path through it", async () => {
  const page = openPage({ only: ["clicks"], html: '<div id="host"></div>' });
  const root = page.document.querySelector("div").attachShadow({ mode: "open" });
  root.innerHTML = "<p><b>x</b></p>";
  page.fire(root.querySelector("b"), "click");
  assert.equal((await page.events())[0][1], "div#host>p>b");
});

test("a click in a closed shadow root is one on its host", async () => {
  const page = openPage({ only: ["clicks"], html: '<div id="host"></div>' });
  const root = page.document.querySelector("div").attachShadow({ mode: "closed" });
  root.innerHTML = "<b>x</b>";
  page.fire(root.querySelector("b"), "click");
  assert.equal((await page.events())[0][1], "div#host");
});

test("on a page with a global variable called matches clicks are clicks", async () => {
  const page = openPage({ only: ["clicks"], html: "<button>x</button>" });
  page.window.matches = ["a", "result"];
  page.fire("button", "click");
  assert.equal((await page.events()).length, 1);
  assert.deepEqual(page.tracker.ignored, {});
});
