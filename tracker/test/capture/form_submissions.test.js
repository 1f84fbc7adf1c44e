import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";

const NAMED = ["a", "b", "__proto__", "constructor"];

async function submit(html, { form_values, prepare = () => {} } = {}) {
  const page = openPage({ html, only: ["form_submissions"], settings: { form_values } });
  prepare(page.document);
  page.fire("form", "submit");
  return page.events();
}

const fieldsOf = async (html, options) => (await submit(`<form>${html}</form>`, options))[0][1];

test("a submission has the names of its fields, and no values", async () => {
  const html = '<form id="join" class="big"><input name="name" value="Ada"><textarea name="note">Hi</textarea></form>';
  assert.deepEqual(await submit(html), [["form_submissions", { name: null, note: null }, NOW, "form#join.big"]]);
});

test("values of the fields that the settings name are sent, of no others", async () => {
  const html = '<input name="a" value="1"><input name="b" value="2"><input name="c" value="3">';
  assert.deepEqual(await fieldsOf(html, { form_values: ["a", "c"] }), { a: "1", b: null, c: "3" });
});

const OPTIONS = '<option value="x">X</option><option value="y" selected>Y</option>';

for (const [name, html, expected] of [
  ["hidden fields", '<input type="hidden" name="a" value="x">', {}],
  ["passwords", '<input type="password" name="a" value="x">', {}],
  ["buttons", '<button name="a" value="x"></button><input type="submit" name="b" value="y">', {}],
  ["fields without a name", '<input value="x">', {}],
  ["disabled fields", '<input name="a" value="x" disabled>', {}],
  ["an unchecked box", '<input type="checkbox" name="a" value="x">', {}],
  ["a checked box", '<input type="checkbox" name="a" value="x" checked>', { a: "x" }],
  ["of radios the checked one", '<input type="radio" name="a" value="x"><input type="radio" name="a" value="y" checked>', { a: "y" }],
  ["a repeated name", '<input name="a" value="1"><input name="a" value="2"><input name="a" value="3">', { a: ["1", "2", "3"] }],
  ["a choice", `<select name="a">${OPTIONS}</select>`, { a: "y" }],
  ["an empty field", '<input name="a">', { a: "" }],
  ["a name that every object has", '<input name="constructor" value="x">', { constructor: "x" }],
  ["a password shown", '<input name="a" autocomplete="current-password" value="x">', { a: null }],
  ["a file", '<input name="a" type="file">', { a: null }],
  ["a card number", '<input name="a" value="4111 1111 1111 1111">', { a: null }],
  ["a field for a card number", '<input name="a" autocomplete="cc-number" value="4">', { a: null }],
  ["a masked field", '<input name="a" value="x" data-chronos-mask>', { a: null }],
  ["a masked region", '<p data-chronos-mask><input name="a" value="x"></p>', { a: null }],
]) {
  test(`where values are sent: ${name}`, async () => {
    assert.deepEqual(await fieldsOf(html, { form_values: NAMED }), expected);
  });
}

test("several choices are a list", async () => {
  const html = '<select name="a" multiple><option>x</option><option>y</option><option>z</option></select>';
  const prepare = (document) => {
    for (const option of document.querySelectorAll("option")) option.selected = option.value !== "y";
  };
  assert.deepEqual(await fieldsOf(html, { prepare, form_values: NAMED }), { a: ["x", "z"] });
  assert.deepEqual(await fieldsOf(html, { prepare }), { a: null });
});

test("a field called __proto__ is a field", async () => {
  const fields = await fieldsOf('<input name="__proto__" value="x">', { form_values: NAMED });
  assert.equal(JSON.stringify(fields), '{"__proto__":"x"}');
});

test("a form with a field called id, name or elements is a form", async () => {
  const html = '<form id="f"><input name="id"><input name="name"><input name="length"></form>';
  assert.deepEqual(await submit(html), [["form_submissions", { id: null, name: null, length: null }, NOW, "form#f"]]);
});

test("a field that belongs to a form from outside of it is one of its fields", async () => {
  const html = '<form id="f"></form><input name="a" form="f">';
  assert.deepEqual((await submit(html))[0][1], { a: null });
});

test("names and values are cut and well formed", async () => {
  const prepare = (document) => {
    document.querySelector("input").value = "😀".repeat(2_001);
    document.querySelector("textarea").value = "\ud83d\0";
  };
  const html = '<input name="a"><textarea name="b"></textarea>';
  const fields = await fieldsOf(html, { prepare, form_values: NAMED });
  assert.equal(fields.a, "😀".repeat(2_000));
  assert.equal(fields.b, "\ufffd\ufffd");
});

test("an ignored form sends nothing", async () => {
  assert.deepEqual(await submit('<form data-chronos-ignore><input name="a" value="x"></form>'), []);
});

// An element with data-chronos-ignore is as if it were not there.
test("an ignored field is not named", async () => {
  const html = '<input name="secret" data-chronos-ignore><p data-chronos-ignore><input name="b"></p><input name="c">';
  assert.deepEqual(await fieldsOf(html), { c: null });
});

// The browser does not send it either.
test("a field with an empty name is not named", async () => {
  assert.deepEqual(await fieldsOf('<input name="" value="x">'), {});
});

test("a page that listens to formdata is not asked", async () => {
  let asked = 0;
  const prepare = (document) => document.addEventListener("formdata", () => asked++, true);
  await fieldsOf('<input name="a">', { prepare });
  assert.equal(asked, 0);
});
