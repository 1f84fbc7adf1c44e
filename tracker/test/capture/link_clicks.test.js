import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";

const only = ["link_clicks"];
const SITE = "https://shop.example";

async function click(html, target, prepare = () => {}) {
  const page = openPage({ only, html });
  prepare(page);
  page.fire(target, "click");
  return page.events();
}

for (const [name, html, target, text, url] of [
  ["itself", '<a href="/cart">Cart</a>', "a", "Cart", `${SITE}/cart`],
  ["what is inside", '<a href="/cart"><b>Your\n  <i>cart</i> </b></a>', "i", "Your cart", `${SITE}/cart`],
  ["an anchor", '<a href="#top">Top</a>', "a", "Top", `${SITE}/list?p=1#top`],
  ["a picture", '<a href="/p"><img alt="A chair"></a>', "img", "A chair", `${SITE}/p`],
  ["a label", '<a href="/p" aria-label="Close"><svg></svg></a>', "svg", "Close", `${SITE}/p`],
  ["nothing to read", '<a href="/p"><svg></svg></a>', "svg", "", `${SITE}/p`],
  ["an address that is none", '<a href="https://[">x</a>', "a", "x", "https://["],
  ["a masked region", '<p data-chronos-mask><a href="/p">Ada</a></p>', "a", "", `${SITE}/p`],
  ["mail", '<a href="mailto:a@b.example">Mail</a>', "a", "Mail", "mailto:a@b.example"],
]) {
  test(`a click on a link: ${name}`, async () => {
    assert.deepEqual(await click(html, target), [["link_clicks", text, url, NOW]]);
  });
}

for (const mark of ["data-chronos-mask", "data-chronos-ignore", "contenteditable"]) {
  test(`a link in which something has ${mark} has no text`, async () => {
    const html = `<a href="/me"><i>Hello</i> <b ${mark}>Ada</b></a>`;
    for (const target of ["a", "i"]) assert.deepEqual(await click(html, target), [["link_clicks", "", `${SITE}/me`, NOW]], target);
  });
}

for (const [name, html, marks] of [
  ["another site", '<a href="https://other.example/">x</a>', [true]],
  ["another port", '<a href="https://shop.example:444/">x</a>', [true]],
  ["a file", '<a href="/list.PDF?x=1">x</a>', [false, true]],
  ["a file elsewhere", '<a href="https://other.example/a.zip">x</a>', [true, true]],
  ["marked as download", '<a href="/report" download>x</a>', [false, true]],
  ["a page", '<a href="/pdf">x</a>', []],
  ["a name in the query", '<a href="/show?file=a.pdf">x</a>', []],
]) {
  test(`a link to ${name} is marked ${JSON.stringify(marks)}`, async () => {
    assert.deepEqual((await click(html, "a"))[0].slice(4), marks);
  });
}

test("a link in a picture of vectors has its address", async () => {
  const html = '<svg><a href="/y"><text>Y</text></a></svg>';
  const [event] = await click(html, "text", (page) => {
    page.has(page.document.querySelector("a"), { href: { baseVal: "/y" }, host: undefined, pathname: undefined });
  });
  assert.deepEqual(event, ["link_clicks", "Y", "/y", NOW]);
});

for (const [name, html, target] of [
  ["beside a link", '<a href="/">x</a><p>y</p>', "p"],
  ["on an anchor without target", '<a name="here">y</a>', "a"],
  ["on what holds a link", '<p>x <a href="/">y</a></p>', "p"],
]) {
  test(`a click ${name} is no link click`, async () => assert.deepEqual(await click(html, target), []));
}

test("a link in an open shadow root counts", async () => {
  const page = openPage({ only, html: "<div></div>" });
  const root = page.document.querySelector("div").attachShadow({ mode: "open" });
  root.innerHTML = '<a href="/in"><b>In</b></a>';
  page.fire(root.querySelector("b"), "click");
  assert.equal((await page.events())[0][1], "In");
});

test("texts end at 500 units, addresses at 4,000", async () => {
  const [[, text, url]] = await click(`<a href="/${"y".repeat(9_000)}">${"x".repeat(9_000)}</a>`, "a");
  assert.deepEqual([text.length, url.length], [500, 4_000]);
});
