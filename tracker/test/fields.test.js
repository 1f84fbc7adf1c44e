import assert from "node:assert/strict";
import { test } from "node:test";

import { isSendable } from "../src/fields.js";
import { makePage } from "./page.js";

for (const [html, expected] of [
  ['<input name="first_name" value="Ada">', true],
  ['<input name="email" type="email" autocomplete="email">', true],
  ['<textarea name="message"></textarea>', true],
  ['<select name="colour"></select>', true],
  ['<input name="shipping">', true],
  ['<input name="quantity" type="number" value="12">', true],
  ['<input name="p" type="password">', false],
  ['<input name="p" type="PASSWORD">', false],
  ['<input name="p" type="text" autocomplete="current-password">', false],
  ['<input name="p" autocomplete="one-time-code">', false],
  ['<input name="csrf" type="hidden">', false],
  ['<input name="photo" type="file">', false],
  ['<input name="n" autocomplete="section-a cc-number">', false],
  ['<input name="n" autocomplete="CC-CSC">', false],
  ['<input name="cardNumber">', false],
  ['<input name="ccnum">', false],
  ['<input name="cc-exp">', false],
  ['<input name="cvc">', false],
  ['<input name="x" id="billing_cvv">', false],
  ['<input name="expiry_date">', false],
  ['<input name="user_pin">', false],
  ['<input name="ssn">', false],
  ['<input name="new_pwd">', false],
  ['<input name="note" value="4111 1111 1111 1111">', false],
  ['<input name="note" value="pay 4111-1111-1111-1111 please">', false],
  ['<input name="go" type="submit">', false],
  ['<input name="note" data-chronos-ignore>', false],
  ['<p data-chronos-ignore><input name="note"></p>', false],
]) {
  test(`${html} ${expected ? "may be" : "is never"} sent`, () => {
    const field = makePage(html).document.querySelector("input,textarea,select");
    assert.equal(isSendable(field), expected);
  });
}
