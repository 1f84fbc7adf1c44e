import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";

const HTML = `
  <form id="one"><input name="a"><textarea name="b"></textarea><select name="c"></select><input name="p" type="password"></form>
  <form id="two"><input name="d"></form>
  <input name="alone">`;

async function openForms(html = HTML) {
  const page = openPage({ html, only: ["form_abandonments"] });
  await page.pass(1_000);
  const touch = (...names) => names.forEach((name) => page.fire(`[name=${name}]`, "input"));
  return { page, touch };
}

test("a form begun and left names its fields, in the order in which they were first touched", async () => {
  const { page, touch } = await openForms();
  touch("b", "a", "b", "c", "a");
  await page.leave();
  assert.deepEqual(page.server.events(), [["form_abandonments", "form#one", ["b", "a", "c"], NOW + 1_000]]);
});

test("each form begun is one", async () => {
  const { page, touch } = await openForms();
  touch("d", "a");
  await page.leave();
  assert.deepEqual(page.server.events().map(([, form, fields]) => [form, fields]), [["form#two", ["d"]], ["form#one", ["a"]]]);
});

for (const [name, act] of [
  ["nobody touched", () => {}],
  ["is submitted", ({ page, touch }) => (touch("a"), page.fire("#one", "submit"))],
  ["has only its password touched", ({ touch }) => touch("p")],
  ["is none, of a field alone", ({ touch }) => touch("alone")],
]) {
  test(`a form that ${name} is not abandoned`, async () => {
    const open = await openForms();
    act(open);
    await open.page.leave();
    assert.deepEqual(open.page.server.events(), []);
  });
}

test("a form touched again after it was submitted can be abandoned", async () => {
  const { page, touch } = await openForms();
  touch("a");
  page.fire("#one", "submit");
  touch("c");
  await page.leave();
  assert.deepEqual(page.server.events()[0].slice(1, 3), ["form#one", ["c"]]);
});

test("a route leaves a form, on the page where it was", async () => {
  const { page, touch } = await openForms();
  touch("a");
  page.window.history.pushState({}, "", "/two");
  await page.pass(10_000);
  await page.leave();
  assert.equal(page.server.events().length, 1);
  assert.equal(page.server.taken()[0].metadata.url, "https://shop.example/list?p=1");
});

test("a page that is only hidden is not left", async () => {
  const { page, touch } = await openForms();
  touch("a");
  page.hide();
  await page.pass(1_000);
  assert.deepEqual(page.server.events(), []);
});

test("what is put in is never sent, ignored fields are not named", async () => {
  const { page } = await openForms('<form><input name="a"><input name="b" data-chronos-ignore></form>');
  page.document.querySelector("input").value = "xylophone";
  for (const field of page.document.querySelectorAll("input")) page.fire(field, "input");
  await page.leave();
  assert.deepEqual(page.server.events()[0][2], ["a"]);
  assert.ok(!page.server.requests.some(({ body }) => body.includes("xylophone")));
});
