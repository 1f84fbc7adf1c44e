import assert from "node:assert/strict";
import { test } from "node:test";

import { capturePageviews } from "../src/capture/pageviews.js";
import { makePage, NOW, run } from "./page.js";

const VIEW = ["pageviews", "https://shop.example/list?p=1", "Shop", NOW];

function pageshow(page, persisted) {
  page.dispatchEvent(Object.assign(new page.Event("pageshow"), { persisted }));
}

function define(page, name, value) {
  Object.defineProperty(page.document, name, { value, configurable: true });
}

test("a page that is there is one pageview", () => {
  const page = makePage();
  define(page, "readyState", "interactive");
  const events = run(capturePageviews, page);
  pageshow(page, false);
  assert.deepEqual(events, [VIEW]);
});

test("coming back from the back/forward cache is another", () => {
  const page = makePage();
  define(page, "readyState", "complete");
  const events = run(capturePageviews, page);
  pageshow(page, true);
  assert.deepEqual(events, [VIEW, VIEW]);
});

test("a page still being read is waited for, and then has its title", () => {
  const page = makePage();
  define(page, "readyState", "loading");
  const events = run(capturePageviews, page);
  assert.deepEqual(events, []);
  page.document.title = "Late";
  page.document.dispatchEvent(new page.Event("DOMContentLoaded", { bubbles: true }));
  assert.deepEqual(events, [["pageviews", "https://shop.example/list?p=1", "Late", NOW]]);
});

test("a prerendered page is seen when it is shown", () => {
  const page = makePage();
  define(page, "prerendering", true);
  const events = run(capturePageviews, page);
  assert.deepEqual(events, []);
  page.document.dispatchEvent(new page.Event("prerenderingchange"));
  assert.deepEqual(events, [VIEW]);
});
