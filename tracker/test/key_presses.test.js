import assert from "node:assert/strict";
import { test } from "node:test";

import { captureKeyPresses, MASKED_KEY } from "../src/capture/key_presses.js";
import { ignored } from "../src/ignore.js";
import { fire, makePage, NOW, run } from "./page.js";

function press(html, selector, properties = { key: "s" }) {
  const page = makePage(html);
  const events = run(captureKeyPresses, page);
  fire(page, selector, "keydown", properties);
  return events;
}

for (const [html, selector] of [
  ["", "body"],
  ["", "html"],
  ["<button>x</button>", "button"],
  ['<a href="/">x</a>', "a"],
  ['<div tabindex="0"></div>', "div"],
  ['<div tabindex="0" contenteditable="false"></div>', "div"],
]) {
  test(`on ${html || selector} the key is named`, () => {
    assert.deepEqual(press(html, selector, { key: "Enter" }), [["key_presses", "Enter", NOW]]);
  });
}

for (const [html, selector] of [
  ["<input>", "input"],
  ['<input type="email" tabindex="0">', "input"],
  ["<textarea></textarea>", "textarea"],
  ["<select></select>", "select"],
  ["<div contenteditable></div>", "div"],
  ['<div contenteditable="true" tabindex="0"><a href="/">x</a></div>', "a"],
  ['<div contenteditable="plaintext-only" tabindex="0"></div>', "div"],
  ['<div role="textbox" tabindex="0"></div>', "div"],
  ['<x-editor tabindex="0"></x-editor>', "x-editor"],
  ["<section></section>", "section"],
]) {
  test(`in ${html} only that a key was pressed`, () => {
    assert.deepEqual(press(html, selector), [["key_presses", MASKED_KEY, NOW]]);
  });
}

for (const [name, html, selector, properties, reason] of [
  ["a password field", '<input type="password">', "input", { key: "s" }, "password"],
  ["a password shown", '<input type="text" autocomplete="current-password">', "input", { key: "s" }, "password"],
  ["a key held down", "", "body", { key: "s", repeat: true }, "key_repeat"],
  ["an ignored region", '<button data-chronos-ignore>x</button>', "button", { key: "s" }, "ignored_region"],
]) {
  test(`${name} sends nothing, with the reason ${reason}`, () => {
    const before = ignored[reason] ?? 0;
    assert.deepEqual(press(html, selector, properties), []);
    assert.equal(ignored[reason], before + 1);
  });
}

test("a keydown without a key, as autofill sends it, is ignored", () => {
  const page = makePage("<input>");
  const events = run(captureKeyPresses, page);
  page.document.querySelector("input").dispatchEvent(new page.Event("keydown", { bubbles: true }));
  assert.deepEqual(events, []);
});

test("a field inside an open shadow root is seen as a field", () => {
  const page = makePage('<div id="host" tabindex="0"></div>');
  const root = page.document.querySelector("#host").attachShadow({ mode: "open" });
  root.innerHTML = '<input type="password"><textarea></textarea>';
  const events = run(captureKeyPresses, page);
  fire(page, root.querySelector("input"), "keydown", { key: "s" });
  fire(page, root.querySelector("textarea"), "keydown", { key: "s" });
  assert.deepEqual(events, [["key_presses", MASKED_KEY, NOW]]);
});

test("where the whole document is edited every key is masked", () => {
  const page = makePage();
  page.document.designMode = "on";
  const events = run(captureKeyPresses, page);
  fire(page, "body", "keydown", { key: "s" });
  assert.deepEqual(events, [["key_presses", MASKED_KEY, NOW]]);
});
