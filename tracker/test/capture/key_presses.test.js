import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";

const only = ["key_presses"];
const MASKED = "Unidentified";

function press(html, target, properties = { key: "s" }) {
  const page = openPage({ only, html });
  page.fire(target, "keydown", properties);
  return page;
}

for (const [html, target] of [
  ["", "body"],
  ["<button>x</button>", "button"],
  ['<a href="/">x</a>', "a"],
  ['<div tabindex="0"></div>', "div"],
  ['<div tabindex="0" contenteditable="false"></div>', "div"],
  ['<div role="button" tabindex="0"></div>', "div"],
]) {
  test(`on ${html || target} the key is named`, async () => {
    assert.deepEqual(await press(html, target, { key: "Enter" }).events(), [["key_presses", "Enter", NOW]]);
  });
}

for (const [html, target] of [
  ["<input>", "input"],
  ['<input type="email" tabindex="0">', "input"],
  ['<input type="checkbox">', "input"],
  ["<textarea></textarea>", "textarea"],
  ["<select></select>", "select"],
  ["<div contenteditable></div>", "div"],
  ['<div contenteditable="true" tabindex="0"><a href="/">x</a></div>', "a"],
  ['<div contenteditable="plaintext-only" tabindex="0"></div>', "div"],
  ['<div role="textbox" tabindex="0"></div>', "div"],
  ['<div role="searchbox" tabindex="0"></div>', "div"],
  ['<div role="combobox" tabindex="0"><a href="/">x</a></div>', "a"],
  ['<x-editor tabindex="0"></x-editor>', "x-editor"],
  ['<x-editor><button>x</button></x-editor>', "button"],
  ["<section></section>", "section"],
  ["", "html"],
  ["<details><summary>x</summary></details>", "summary"],
  ["<video></video>", "video"],
  ["<iframe></iframe>", "iframe"],
  ["<canvas></canvas>", "canvas"],
  ["<button data-chronos-mask>x</button>", "button"],
  ["<p data-chronos-mask><button>x</button></p>", "button"],
]) {
  test(`in ${html || target} only that a key was pressed is known`, async () => {
    assert.deepEqual(await press(html, target).events(), [["key_presses", MASKED, NOW]]);
  });
}

for (const [name, html, target, properties, reason] of [
  ["a password field", '<input type="password">', "input", { key: "s" }, "password"],
  ["a password shown", '<input type="text" autocomplete="current-password">', "input", { key: "s" }, "password"],
  ["a new password", '<input autocomplete="section-a NEW-PASSWORD">', "input", { key: "s" }, "password"],
  ["a one-time code", '<input autocomplete="one-time-code">', "input", { key: "1" }, "password"],
  ["a key held down", "", "body", { key: "s", repeat: true }, "key_repeat"],
  ["an ignored region", "<p data-chronos-ignore><button>x</button></p>", "button", { key: "s" }, "ignored_region"],
]) {
  test(`${name} sends nothing, and is counted as ${reason}`, async () => {
    const page = press(html, target, properties);
    assert.deepEqual(await page.events(), []);
    assert.deepEqual(page.tracker.ignored, { [reason]: 1 });
  });
}

test("a keydown without a key, as autofill sends it, is no key", async () => {
  const page = openPage({ only, html: "<input>" });
  page.document.querySelector("input").dispatchEvent(new page.window.Event("keydown", { bubbles: true }));
  assert.deepEqual(await page.events(), []);
  assert.deepEqual(page.tracker.ignored, { not_a_key: 1 });
});

test("fields inside of an open shadow root are seen as fields", async () => {
  const page = openPage({ only, html: '<div tabindex="0"></div>' });
  const root = page.document.querySelector("div").attachShadow({ mode: "open" });
  root.innerHTML = '<input type="password"><textarea></textarea>';
  for (const field of root.children) page.fire(field, "keydown", { key: "s" });
  assert.deepEqual(await page.events(), [["key_presses", MASKED, NOW]]);
});

test("a field in the closed shadow root of a custom element is masked", async () => {
  const page = openPage({ only, html: '<my-login tabindex="0"></my-login>' });
  const root = page.document.querySelector("my-login").attachShadow({ mode: "closed" });
  root.innerHTML = '<input type="password">';
  page.fire(root.querySelector("input"), "keydown", { key: "s" });
  assert.deepEqual(await page.events(), [["key_presses", MASKED, NOW]]);
});

test("where the whole document is edited every key is masked", async () => {
  const page = openPage({ only });
  page.document.designMode = "on";
  page.fire("body", "keydown", { key: "s" });
  assert.deepEqual(await page.events(), [["key_presses", MASKED, NOW]]);
});

test("a word typed into a field is not in what is sent, in no form", async () => {
  const page = openPage({ html: '<form><input name="q"><div contenteditable></div></form>' });
  for (const target of ["input", "div"])
    for (const key of "xylophone") {
      page.document.querySelector("input").value += key;
      page.fire(target, "keydown", { key });
      page.fire(target, "input");
    }
  page.fire("form", "submit");
  await page.events();
  const keys = page.server.events("key_presses").map(([, key]) => key);
  assert.deepEqual(new Set(keys), new Set([MASKED]));
  assert.ok(!page.server.requests.some(({ body }) => body.includes("xylophone")));
});
