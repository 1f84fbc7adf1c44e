import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage, URL_OF_PAGE } from "../page.js";

const only = ["pageviews"];

test("a page is seen once, with the time at which it began", async () => {
  const page = openPage({ only });
  assert.deepEqual(await page.events(), [["pageviews", URL_OF_PAGE, "Shop", NOW, ""]]);
  await page.pass(600_000);
  assert.equal(page.server.events().length, 1);
});

test("the page that led here is the referrer", async () => {
  const page = openPage({ only, document: { referrer: "https://search.example/" } });
  assert.deepEqual(await page.events(), [["pageviews", URL_OF_PAGE, "Shop", NOW, "https://search.example/"]]);
});

test("a title that comes a moment later is the title", async () => {
  const page = openPage({ only });
  await page.pass(400);
  page.document.title = "Shop: chairs";
  assert.equal((await page.events())[0][2], "Shop: chairs");
});

test("a page left before its title was waited for is seen all the same", async () => {
  const page = openPage({ only });
  await page.leave();
  assert.deepEqual(page.server.events(), [["pageviews", URL_OF_PAGE, "Shop", NOW, ""]]);
});

test("coming back from the back/forward cache is another view", async () => {
  const page = openPage({ only });
  await page.pass(10_000);
  await page.leave(true);
  await page.pass(60_000);
  page.tell("pageshow", { persisted: true });
  const times = (await page.events()).map(([, , , t]) => t);
  assert.deepEqual(times, [NOW, NOW + 70_000]);
});

test("the pageshow of a page that is new is no other view", async () => {
  const page = openPage({ only });
  page.tell("pageshow", { persisted: false });
  assert.equal((await page.events()).length, 1);
});

test("a prerendered page is seen when it is shown, not before", async () => {
  const page = openPage({ only, document: { prerendering: true } });
  await page.pass(60_000);
  assert.deepEqual(page.server.requests, []);
  assert.deepEqual(page.browser.local.kept, {});
  page.has(page.document, { prerendering: false });
  page.tell("prerenderingchange");
  assert.deepEqual(await page.events(), [["pageviews", URL_OF_PAGE, "Shop", NOW + 60_000, ""]]);
});

test("a page opened in the background sends its view without being looked at", async () => {
  const page = openPage({ only, document: { hidden: true, visibilityState: "hidden" } });
  await page.pass(1_000);
  assert.equal(page.server.events().length, 1);
});
