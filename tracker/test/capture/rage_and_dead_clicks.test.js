import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";

const HTML = '<button id="b">x</button><p>y</p><div id="host"></div>';

async function rage(clicks) {
  const page = openPage({ only: ["rage_clicks"], html: HTML });
  for (const [x, y, wait] of clicks) {
    page.fire("button", "click", { clientX: x, clientY: y });
    await page.pass(wait);
  }
  return page.events();
}

for (const [name, clicks, expected] of [
  ["three in a second are one", [[5, 5, 300], [7, 4, 300], [6, 6, 0]], [["rage_clicks", "button#b", 6, 6, NOW + 600]]],
  ["two are none", [[5, 5, 10], [5, 5, 10]], []],
  ["three in more than a second are none", [[5, 5, 500], [5, 5, 500], [5, 5, 0]], []],
  ["three far from each other are none", [[5, 5, 10], [40, 5, 10], [75, 5, 0]], []],
  ["five are still one", [[5, 5, 9], [5, 5, 9], [5, 5, 9], [5, 5, 9], [5, 5, 9]], [["rage_clicks", "button#b", 5, 5, NOW + 18]]],
  ["six are two", [[5, 5, 0], [5, 5, 0], [5, 5, 0], [5, 5, 0], [5, 5, 0], [5, 5, 0]].map(([x, y]) => [x, y, 9]), 2],
]) {
  test(`of clicks on one spot ${name}`, async () => {
    const events = await rage(clicks);
    if (typeof expected == "number") assert.equal(events.length, expected);
    else assert.deepEqual(events, expected);
  });
}

// Browsers say "click" for Enter and Space, too, at 0, 0 or wherever the element is.
test("a key that clicks, pressed often, is no rage", async () => {
  const page = openPage({ only: ["rage_clicks"], html: HTML });
  for (let i = 0; i < 3; i++) page.fire("button", "click", { clientX: 0, clientY: 0, detail: 0 });
  assert.deepEqual(await page.events(), []);
});

/** Clicks, lets something happen, and returns the dead clicks. */
async function dead(happens, target = "button", html = HTML) {
  const page = openPage({ only: ["dead_clicks"], html });
  await page.pass(200);
  page.fire(target, "click", { clientX: 3, clientY: 4 });
  await page.pass(100);
  await happens(page);
  return page.events();
}

test("a click after which nothing changes is dead, with the time of the click", async () => {
  assert.deepEqual(await dead(() => {}), [["dead_clicks", "button#b", 3, 4, NOW + 200]]);
});

const select = (page) => page.document.querySelector("p");
for (const [name, happens] of [
  ["an element is added", (page) => page.document.body.append("new")],
  ["an attribute changes", (page) => select(page).setAttribute("class", "open")],
  ["a text changes", (page) => (select(page).firstChild.data = "z")],
  ["something scrolls", (page) => page.fire("p", "scroll")],
  ["focus goes into a field", (page) => page.fire("p", "focusin")],
  ["text is selected", (page) => page.window.getSelection().selectAllChildren(select(page))],
  ["a form is submitted", (page) => page.fire("p", "submit")],
  ["another route begins", (page) => page.window.history.pushState({}, "", "/two")],
  ["the page is hidden", (page) => page.hide()],
]) {
  test(`a click after which ${name} is not dead`, async () => assert.deepEqual(await dead(happens), []));
}

test("what changes a second later does not bring a click back to life", async () => {
  const events = await dead(async (page) => {
    await page.pass(1_000);
    page.document.body.append("late");
  });
  assert.equal(events.length, 1);
});

test("what changed before a click does not make it alive", async () => {
  const page = openPage({ only: ["dead_clicks"], html: HTML });
  page.fire("button", "click");
  await page.pass(100);
  page.document.body.append("an answer to the first");
  await page.pass(100);
  page.fire("p", "click");
  const events = await page.events();
  assert.deepEqual(events.map(([, node]) => node), ["html>body>p"]);
});

for (const html of [
  "<input>",
  "<textarea></textarea>",
  "<select></select>",
  "<label>x</label>",
  "<video></video>",
  '<a href="/" target="_blank">x</a>',
  "<x-menu></x-menu>", // may have a closed shadow root
]) {
  test(`a click on ${html} is alive`, async () => {
    assert.deepEqual(await dead(() => {}, `body > ${/[\w-]+/.exec(html)[0]}`, html), []);
  });
}

test("a change inside of a shadow root is one", async () => {
  const page = openPage({ only: ["dead_clicks"], html: HTML });
  const root = page.document.querySelector("#host").attachShadow({ mode: "open" });
  root.innerHTML = "<b>x</b>";
  page.fire(root.querySelector("b"), "click");
  await page.pass(100);
  root.append("changed");
  assert.deepEqual(await page.events(), []);
});

test("changes are watched only for as long as a click waits", async () => {
  let watching = 0;
  class Observer {
    observe() { watching++; }
    disconnect() { watching = 0; }
  }
  const page = openPage({ only: ["dead_clicks"], html: HTML, globals: { MutationObserver: Observer } });
  assert.equal(watching, 0);
  page.fire("button", "click");
  await page.pass(500);
  page.fire("button", "click");
  await page.pass(600);
  assert.ok(watching, "the second click still waits");
  await page.pass(500);
  assert.equal(watching, 0);
});

// Then there is no innermost element.
test("a click on the document itself, as scripts make it, is no error", async () => {
  const page = openPage({ html: HTML, settings: { click_text: true } });
  for (const target of [page.document, page.window]) target.dispatchEvent(new page.window.MouseEvent("click", { bubbles: true }));
  await page.events();
  assert.deepEqual(page.tracker.ignored, {});
});

test("a click while text is selected already is not dead", async () => {
  const select = ({ window, document }) => window.getSelection().selectAllChildren(document.querySelector("p"));
  const page = openPage({ only: ["dead_clicks"], html: HTML, prepare: select });
  page.fire("button", "click");
  assert.deepEqual(await page.events(), []);
});

test("a click on a page with a global variable called host is no error", async () => {
  const page = openPage({ only: ["dead_clicks"], html: HTML });
  page.window.host = "shop.example";
  page.fire("button", "click");
  await page.events();
  assert.deepEqual(page.tracker.ignored, {});
});
