import assert from "node:assert/strict";
import { test } from "node:test";

import { captureFormSubmissions } from "../src/capture/form_submissions.js";
import { fire, makePage, NOW, run } from "./page.js";

function submit(html, prepare = () => {}) {
  const page = makePage(html);
  prepare(page.document);
  const events = run(captureFormSubmissions, page);
  fire(page, "form", "submit");
  return JSON.parse(JSON.stringify(events));
}

const fieldsOf = (html, prepare) => submit(`<form>${html}</form>`, prepare)[0][1];

test("a submission is its names and values", () => {
  const html = '<form><input name="name" value="Ada"><textarea name="note">Hi</textarea></form>';
  assert.deepEqual(submit(html), [["form_submissions", { name: "Ada", note: "Hi" }, NOW]]);
});

for (const [name, html, expected] of [
  ["secrets are left out", '<input type="password" name="p" value="x"><input type="hidden" name="h" value="y"><input name="cvc" value="1">', {}],
  ["fields without a name are left out", '<input value="x">', {}],
  ["buttons are left out", '<button name="b" value="x"></button><input type="submit" name="s" value="y">', {}],
  ["disabled fields are left out", '<input name="a" value="x" disabled>', {}],
  ["an unchecked box is left out", '<input type="checkbox" name="a" value="x">', {}],
  ["a checked box counts", '<input type="checkbox" name="a" value="x" checked>', { a: "x" }],
  ["of radios the checked one counts", '<input type="radio" name="a" value="x"><input type="radio" name="a" value="y" checked>', { a: "y" }],
  ["a repeated name has a list", '<input name="a" value="1"><input name="a" value="2"><input name="a" value="3">', { a: ["1", "2", "3"] }],
  ["a choice counts", '<select name="a"><option value="x">X</option><option value="y" selected>Y</option></select>', { a: "y" }],
  ["an ignored field is left out", '<input name="a" value="x" data-chronos-ignore><input name="b" value="y">', { b: "y" }],
  ["names of every object's own are names", '<input name="constructor" value="x">', { constructor: "x" }],
]) {
  test(name, () => assert.deepEqual(fieldsOf(html), expected));
}

test("several choices are a list", () => {
  const html = '<select name="a" multiple><option>x</option><option>y</option><option>z</option></select>';
  const fields = fieldsOf(html, (document) => {
    for (const option of document.querySelectorAll("option")) option.selected = option.value !== "y";
  });
  assert.deepEqual(fields, { a: ["x", "z"] });
});

test("a field called __proto__ is a field", () => {
  const [[, fields]] = submit('<form><input name="__proto__" value="x"></form>');
  assert.equal(JSON.stringify(fields), '{"__proto__":"x"}');
});

test("names and values are cut and well formed", () => {
  const fields = fieldsOf('<input name="a"><input name="b">', (document) => {
    document.querySelector("[name=a]").value = "😀".repeat(600);
    document.querySelector("[name=b]").value = "\ud83d\0";
  });
  assert.equal(fields.a, "😀".repeat(500));
  assert.equal(fields.b, "\ufffd\ufffd");
});

test("an ignored form sends nothing", () => {
  assert.deepEqual(submit('<form data-chronos-ignore><input name="a" value="x"></form>'), []);
});
