import assert from "node:assert/strict";
import { test } from "node:test";

import { isField, isPassword, isSecret } from "../../src/fields.js";
import { openBarePage } from "../page.js";

const find = (html) => openBarePage({ html }).document.querySelector("input,textarea,select,button");

for (const [html, expected] of [
  ['<input name="a">', true],
  ['<textarea name="a"></textarea>', true],
  ['<select name="a"></select>', true],
  ['<input name="a" type="checkbox">', true],
  ['<input name="a" type="file">', true],
  ["<input>", false],
  ['<input name="a" type="hidden">', false],
  ['<input name="a" type="PASSWORD">', false],
  ['<input name="a" type="submit">', false],
  ['<input name="a" type="image">', false],
  ['<input name="a" type="reset">', false],
  ['<button name="a"></button>', false],
  ['<input name="a" disabled>', false],
  ['<fieldset disabled><input name="a"></fieldset>', false],
]) {
  test(`${html} ${expected ? "has" : "has not"} a name in a form`, () => assert.equal(isField(find(html)), expected));
}

for (const [html, expected] of [
  ['<input type="password">', true],
  ['<input autocomplete="current-password">', true],
  ['<input autocomplete="section-a New-Password">', true],
  ['<input autocomplete="one-time-code">', true],
  ['<input autocomplete="email">', false],
  ["<textarea></textarea>", false],
]) {
  test(`${html} is ${expected ? "a" : "no"} password`, () => assert.equal(isPassword(find(html)), expected));
}

for (const [html, expected] of [
  ['<input value="Ada">', false],
  ['<input type="email" autocomplete="email">', false],
  ['<input type="number" value="12">', false],
  ['<input type="tel" value="+49 170 1234567">', false],
  ['<input type="password">', true],
  ['<input type="text" autocomplete="current-password">', true],
  ['<input autocomplete="one-time-code">', true],
  ['<input type="file">', true],
  ['<input autocomplete="section-a cc-number">', true],
  ['<input autocomplete="CC-CSC">', true],
  ['<input value="4111 1111 1111 1111">', true],
  ['<input value="4111111111111111">', true],
  ['<input value="378282246310005">', true],
  ['<textarea>pay 4111-1111-1111-1111 please</textarea>', true],
  ['<input data-chronos-mask>', true],
  ['<p data-chronos-mask><input></p>', true],
  ['<input data-chronos-ignore>', true],
]) {
  test(`the value of ${html} ${expected ? "is never" : "may be"} sent`, () => assert.equal(!!isSecret(find(html)), expected));
}

// Somebody writes them like this, too; whatever is no digit may stand between two digits.
for (const number of ["4111.1111.1111.1111", "4111  1111  1111  1111", "4111\u00a01111\u00a01111\u00a01111", "4111\n1111\n1111\n1111"]) {
  test(`${JSON.stringify(number)} is a card number`, () => {
    const field = find("<textarea></textarea>");
    field.value = number;
    assert.ok(isSecret(field));
  });
}
