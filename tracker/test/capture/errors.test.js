import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";

const only = ["errors"];
const SOURCE = "https://shop.example/app.js";

function failing(message) {
  return Object.assign(new Error(message), { stack: `Error: ${message}\n    at buy (${SOURCE}:3:7)` });
}

function report(page, error, message = `Uncaught ${error}`) {
  page.tell("error", { error, message, filename: SOURCE, lineno: 3, colno: 7 });
}

test("an error has its message, its place and its stack", async () => {
  const page = openPage({ only });
  const error = failing("no such chair");
  report(page, error);
  assert.deepEqual(await page.events(), [
    ["errors", "error", "Uncaught Error: no such chair", SOURCE, 3, 7, error.stack, NOW],
  ]);
});

test("a stack is sent once", async () => {
  const page = openPage({ only });
  for (const name of ["one", "one", "two", "one"]) report(page, failing(name));
  assert.deepEqual((await page.events()).map((event) => event[6] != ""), [true, false, true, false]);
});

test("an error of another origin's script has what the browser says of it", async () => {
  const page = openPage({ only });
  page.tell("error", { error: null, message: "Script error.", filename: "", lineno: 0, colno: 0 });
  assert.deepEqual(await page.events(), [["errors", "error", "Script error.", "", 0, 0, "", NOW]]);
});

test("a picture that does not load is no error of a script", async () => {
  const page = openPage({ only, html: "<img>" });
  page.document.querySelector("img").dispatchEvent(new page.window.Event("error"));
  assert.deepEqual(await page.events(), []);
});

for (const [name, reason, message] of [
  ["an error", failing("late"), "late"],
  ["a text", "no", "no"],
  ["nothing", undefined, "undefined"],
  ["null", null, "null"],
  ["a number", 404, "404"],
  ["an object", { code: 7 }, "[object Object]"],
  ["a symbol", Symbol("x"), "Symbol(x)"],
  ["an error whose message is none", { message: 7 }, "7"],
]) {
  test(`a promise rejected with ${name} says ${message}`, async () => {
    const page = openPage({ only });
    page.tell("unhandledrejection", { reason });
    const [[, kind, text, source, line, column]] = await page.events();
    assert.deepEqual([kind, text, source, line, column], ["unhandledrejection", message, "", 0, 0]);
  });
}

test("what cannot be put into words is counted, and the page hears nothing of it", async () => {
  const page = openPage({ only });
  const reason = { get message() { throw new Error("no"); } };
  page.tell("unhandledrejection", { reason });
  page.tell("unhandledrejection", { reason: Object.create(null) });
  assert.deepEqual(await page.events(), []);
  assert.deepEqual(page.tracker.ignored, { error: 2 });
});

test("messages and stacks end at 4,000 units", async () => {
  const page = openPage({ only });
  report(page, { stack: "s".repeat(9_000) }, "m".repeat(9_000));
  const [[, , message, , , , stack]] = await page.events();
  assert.deepEqual([message.length, stack.length], [4_000, 4_000]);
});
