import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, elementsOf, inIgnoredRegion } from "../src/elements.js";
import { makePage } from "./page.js";

function pathTo(html, selector) {
  const page = makePage(html);
  let path;
  page.addEventListener("x", (event) => (path = elementsOf(event)), true);
  page.document.querySelector(selector).dispatchEvent(new page.Event("x", { bubbles: true, composed: true }));
  return path;
}

for (const [html, selector, expected] of [
  ['<main><button id="buy" class="big red">', "button", "button#buy.big.red"],
  ['<form id="f"><p><button class="b">', "button", "form#f>p>button.b"],
  ["<main><section><div><i>", "i", "section>div>i"],
  ['<p class=" a  b c d e ">', "p", "html>body>p.a.b.c"],
  ['<svg id="s" class="icon">', "svg", "svg#s.icon"],
  ['<form id="f"><input name="id"><b>', "b", "form#f>b"],
  ["", "html", "html"],
]) {
  test(`${selector} in ${html} is ${expected}`, () => assert.equal(describe(pathTo(html, selector)), expected));
}

test("the path leads out of an open shadow root", () => {
  const page = makePage('<div id="host">');
  const root = page.document.querySelector("#host").attachShadow({ mode: "open" });
  root.innerHTML = "<span><b></b></span>";
  let path;
  page.addEventListener("x", (event) => (path = elementsOf(event)), true);
  root.querySelector("b").dispatchEvent(new page.Event("x", { bubbles: true, composed: true }));
  assert.equal(describe(path), "div#host>span>b");
});

for (const [html, expected] of [
  ["<p><i>", false],
  ["<p data-chronos-ignore><i>", true],
  ["<p><i data-chronos-ignore>", true],
]) {
  test(`${html} ${expected ? "is" : "is not"} ignored`, () => {
    assert.equal(inIgnoredRegion(pathTo(html, "i")), expected);
  });
}
