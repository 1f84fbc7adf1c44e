import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, elementsOf, IGNORED, isIn, MASKED, PRIVATE, wordsOf } from "../../src/elements.js";
import { openBarePage } from "../page.js";

function pathTo(html, selector, host) {
  const page = openBarePage({ html });
  let path;
  page.window.addEventListener("x", (event) => (path = elementsOf(event)), true);
  let target = page.document.querySelector(selector);
  if (host) {
    target.attachShadow({ mode: host.mode }).innerHTML = host.html;
    target = target.shadowRoot?.querySelector(host.selector) ?? target;
  }
  target.dispatchEvent(new page.window.Event("x", { bubbles: true, composed: true }));
  return path;
}

for (const [html, selector, expected] of [
  ['<main><button id="buy" class="big red">', "button", "button#buy.big.red"],
  ['<form id="f"><p><button class="b">', "button", "form#f>p>button.b"],
  ['<form id="f"><p><i><button class="b">', "button", "p>i>button.b"],
  ["<main><section><div><i>", "i", "section>div>i"],
  ['<p class=" a  b c d e ">', "p", "html>body>p.a.b.c"],
  ['<svg id="s" class="icon">', "svg", "svg#s.icon"],
  ['<form id="f"><input name="id"><b>', "b", "form#f>b"],
  ['<p id=""><b>', "b", "body>p>b"],
  ["", "html", "html"],
]) {
  test(`${selector} in ${html} is ${expected}`, () => assert.equal(describe(pathTo(html, selector)), expected));
}

test("the path leads out of an open shadow root", () => {
  const host = { mode: "open", html: "<span><b></b></span>", selector: "b" };
  assert.equal(describe(pathTo('<div id="host">', "div", host)), "div#host>span>b");
});

for (const [html, ignored, masked, edited = false] of [
  ["<p><i>", false, false],
  ["<p data-chronos-ignore><i>", true, false],
  ["<p><i data-chronos-ignore>", true, false],
  ['<p><i data-chronos-ignore="false">', true, false],
  ["<p data-chronos-mask><i>", false, true],
  ["<p data-chronos-mask><i data-chronos-ignore>", true, true],
  ["<p contenteditable><i>", false, false, true],
]) {
  test(`${html} is ${ignored ? "" : "not "}ignored, ${masked ? "" : "not "}masked, ${edited ? "" : "not "}edited`, () => {
    const path = pathTo(html, "i");
    assert.deepEqual([isIn(path, IGNORED), isIn(path, MASKED)], [ignored, masked]);
    assert.equal(isIn(path, PRIVATE), ignored || masked || edited);
  });
}

for (const [html, expected] of [
  ["<i>  two\n words </i>", "two words"],
  ['<i aria-label="Close">x</i>', "x"],
  ['<i aria-label="Close"> </i>', "Close"],
  ['<i><img alt="A chair"></i>', "A chair"],
  ["<i></i>", ""],
]) {
  test(`the words of ${html} are ${JSON.stringify(expected)}`, () => assert.equal(wordsOf(pathTo(html, "i")), expected));
}
