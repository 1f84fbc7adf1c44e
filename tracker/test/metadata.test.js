import assert from "node:assert/strict";
import { test } from "node:test";

import { readMetadata, readVisitor } from "../src/metadata.js";
import { isUuid } from "../src/uuid.js";
import { makePage } from "./page.js";

test("a visitor keeps the uuid from page to page", () => {
  const page = makePage();
  const visitor = readVisitor(page);
  assert.ok(isUuid(visitor));
  assert.equal(readVisitor(page), visitor);
});

test("something else in storage is replaced", () => {
  const page = makePage();
  page.localStorage.setItem("chronos_uuid", "<script>");
  const visitor = readVisitor(page);
  assert.ok(isUuid(visitor));
  assert.equal(page.localStorage.getItem("chronos_uuid"), visitor);
});

test("a visitor whose browser refuses storage has a uuid all the same", () => {
  const page = {
    get localStorage() {
      throw new Error("SecurityError");
    },
  };
  assert.ok(isUuid(readVisitor(page)));
});

test("metadata has the wire's names, and clean values", () => {
  const page = makePage("", { url: `https://shop.example/${"x".repeat(5_000)}` });
  page.document.title = "T\ud800".padEnd(3_000, "!");
  const metadata = readMetadata(page, "the-visitor");
  assert.deepEqual(Object.keys(metadata), [
    "url",
    "userAgent",
    "pageTitle",
    "cookieAllowed",
    "language",
    "uuid",
  ]);
  assert.equal(metadata.url.length, 4_000);
  assert.equal(metadata.pageTitle.length, 1_000);
  assert.ok(metadata.pageTitle.isWellFormed());
  assert.equal(typeof metadata.cookieAllowed, "boolean");
  assert.equal(metadata.uuid, "the-visitor");
});
