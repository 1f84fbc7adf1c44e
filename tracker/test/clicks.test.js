import assert from "node:assert/strict";
import { test } from "node:test";

import { captureClicks } from "../src/capture/clicks.js";
import { captureLinkClicks } from "../src/capture/link_clicks.js";
import { ignored } from "../src/ignore.js";
import { fire, makePage, NOW, run } from "./page.js";

test("a click says on what, with which buttons and where, in whole numbers", () => {
  const page = makePage('<button id="buy" class="big">Buy <b>now</b></button>');
  const events = run(captureClicks, page);
  fire(page, "b", "click", { clientX: 10.6, clientY: 20.2, buttons: 1 });
  assert.deepEqual(events, [["clicks", "button#buy.big>b", 1, 11, 20, NOW]]);
});

test("a click that is no mouse event has zeros, not holes", () => {
  const page = makePage("<i></i>");
  const events = run(captureClicks, page);
  page.document.querySelector("i").dispatchEvent(new page.Event("click", { bubbles: true }));
  assert.deepEqual(JSON.parse(JSON.stringify(events)), [["clicks", "html>body>i", 0, 0, 0, NOW]]);
});

test("a click in an ignored region is ignored with its reason", () => {
  const page = makePage('<p data-chronos-ignore><a href="/x">x</a></p>');
  const [clicks, links] = [run(captureClicks, page), run(captureLinkClicks, page)];
  const before = ignored.ignored_region ?? 0;
  fire(page, "a", "click");
  assert.deepEqual([clicks, links], [[], []]);
  assert.equal(ignored.ignored_region, before + 2);
});

for (const [name, html, selector, text, target] of [
  ["itself", '<a href="/cart">Cart</a>', "a", "Cart", "https://shop.example/cart"],
  ["a child", '<a href="/cart"><b>Your\n  <i>cart</i> </b></a>', "i", "Your cart", "https://shop.example/cart"],
  ["an anchor", '<a href="#top">Top</a>', "a", "Top", "https://shop.example/list?p=1#top"],
  ["another site", '<a href="https://é.example/">Out</a>', "a", "Out", "https://xn--9ca.example/"],
  ["a picture", '<a href="/p"><img alt="A chair"></a>', "img", "A chair", "https://shop.example/p"],
  ["a label", '<a href="/p" aria-label="Close"><svg></svg></a>', "svg", "Close", "https://shop.example/p"],
  ["an address that is none", '<a href="https://[">x</a>', "a", "x", "https://["],
]) {
  test(`link click: ${name}`, () => {
    const page = makePage(html);
    const events = run(captureLinkClicks, page);
    fire(page, selector, "click");
    assert.deepEqual(events, [["link_clicks", text, target, NOW]]);
  });
}

test("long link texts are cut, long targets too", () => {
  const page = makePage(`<a href="/${"y".repeat(9_000)}">${"x".repeat(9_000)}</a>`);
  const [[, text, target]] = [run(captureLinkClicks, page)].map((events) => {
    fire(page, "a", "click");
    return events[0];
  });
  assert.equal(text.length, 1_000);
  assert.equal(target.length, 4_000);
});

test("a click beside a link, or on an anchor without target, is no link click", () => {
  const page = makePage('<p>x</p><a name="here">y</a>');
  const events = run(captureLinkClicks, page);
  fire(page, "p", "click");
  fire(page, "a", "click");
  assert.deepEqual(events, []);
});

test("a link in an open shadow root counts", () => {
  const page = makePage('<div id="host"></div>');
  const root = page.document.querySelector("#host").attachShadow({ mode: "open" });
  root.innerHTML = '<a href="/in"><b>In</b></a>';
  const events = run(captureLinkClicks, page);
  fire(page, root.querySelector("b"), "click");
  assert.equal(events.length, 1);
});
