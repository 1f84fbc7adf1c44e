import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage, URL_OF_PAGE } from "../page.js";

const SITE = "https://shop.example";
const viewed = (page) => page.events("pageviews").then((views) => views.map(([, url, title, , from]) => [url, title, from]));
const metadataOf = (page) => page.server.taken().map(({ metadata }) => metadata);

for (const [name, move] of [
  ["pushState", ({ window }) => window.history.pushState({}, "", "/two")],
  ["replaceState", ({ window }) => window.history.replaceState({}, "", "/two")],
  [
    "the back button",
    (page) => {
      page.has(page.window.location, { href: `${SITE}/two` });
      page.tell("popstate");
    },
  ],
]) {
  test(`${name} to another address is another pageview, from the page before`, async () => {
    const page = openPage({ only: ["pageviews"] });
    await page.pass(10_000);
    move(page);
    page.document.title = "Two";
    assert.deepEqual(await viewed(page), [
      [URL_OF_PAGE, "Shop", ""],
      [`${SITE}/two`, "Two", URL_OF_PAGE],
    ]);
  });
}

test("a change of the hash is another pageview", async () => {
  const page = openPage({ only: ["pageviews"] });
  await page.pass(10_000);
  page.window.location.hash = "#/basket";
  page.tell("hashchange");
  page.tell("popstate");
  assert.deepEqual((await viewed(page))[1], [`${URL_OF_PAGE}#/basket`, "Shop", URL_OF_PAGE]);
  assert.equal((await viewed(page)).length, 2);
});

test("pushState to the same address is no pageview", async () => {
  const page = openPage({ only: ["pageviews"] });
  page.window.history.pushState({ step: 2 }, "");
  page.window.history.replaceState({ step: 3 }, "", URL_OF_PAGE);
  assert.equal((await viewed(page)).length, 1);
});

test("what the page gets from pushState stays as it is, also what it throws", () => {
  const page = openPage();
  page.window.history.pushState({ a: 1 }, "", "/two");
  assert.deepEqual(page.window.history.state, { a: 1 });
  assert.throws(() => page.window.history.pushState({}, "", "https://elsewhere.example/"), { name: "SecurityError" });
});

test("a route ends the beacon: events keep the metadata of their page", async () => {
  const page = openPage({ only: ["clicks"], html: "<button>x</button>" });
  page.fire("button", "click");
  page.window.history.pushState({}, "", "/two");
  page.document.title = "Two";
  page.fire("button", "click");
  await page.pass();
  const told = page.server.taken().map(({ events, metadata }) => [events.length, metadata.url, metadata.pageTitle, metadata.referrer]);
  assert.deepEqual(told, [
    [1, URL_OF_PAGE, "Shop", ""],
    [1, `${SITE}/two`, "Two", URL_OF_PAGE],
  ]);
});

test("metadata is the same in every beacon of a page, whatever becomes of the title", async () => {
  const page = openPage({ only: ["clicks"], html: "<button>x</button>" });
  for (const title of ["(1) Shop", "(2) Shop", "(3) Shop"]) {
    page.document.title = title;
    page.fire("button", "click");
    await page.pass();
  }
  assert.deepEqual(metadataOf(page).map(({ pageTitle }) => pageTitle), ["(1) Shop", "(1) Shop", "(1) Shop"]);
});

test("metadata says what the page and its browser are", async () => {
  const page = openPage({ document: { referrer: "https://search.example/" } });
  await page.events();
  const [metadata] = metadataOf(page);
  const { uuid, session, tab, userAgent, timezone, ...rest } = metadata;
  for (const id of [uuid, session, tab]) assert.match(id, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  assert.equal(new Set([uuid, session, tab]).size, 3);
  assert.match(userAgent, /HappyDOM/);
  assert.ok(timezone);
  assert.deepEqual(rest, {
    url: URL_OF_PAGE,
    pageTitle: "Shop",
    cookieAllowed: true,
    language: "en-US",
    screen: "1024x768",
    viewport: "1024x768",
    referrer: "https://search.example/",
    user: "",
  });
});

test("UTM parameters are metadata, other parameters are not", async () => {
  const page = openPage({ url: `${SITE}/?utm_source=letter&p=1&utm_medium=e%20mail` });
  await page.events();
  const [{ utm_source, utm_medium, p }] = metadataOf(page);
  assert.deepEqual([utm_source, utm_medium, p], ["letter", "e mail", undefined]);
});

test("UTM parameters that the application takes out of the address at once are those of the first page", async () => {
  const page = openPage({ url: `${SITE}/?utm_source=letter` });
  await page.pass(200);
  page.window.history.replaceState({}, "", "/");
  await page.events();
  assert.deepEqual(metadataOf(page).map(({ url, utm_source }) => [url, utm_source]), [
    [`${SITE}/?utm_source=letter`, "letter"],
    [`${SITE}/`, undefined],
  ]);
});

test("two routes in one moment: each has its view, with its own address", async () => {
  const page = openPage({ only: ["pageviews"] });
  page.window.history.pushState({}, "", "/redirect");
  page.window.history.pushState({}, "", "/end");
  assert.deepEqual((await viewed(page)).map(([url]) => url), [URL_OF_PAGE, `${SITE}/redirect`, `${SITE}/end`]);
  assert.deepEqual(metadataOf(page).map(({ url }) => url), [URL_OF_PAGE, `${SITE}/redirect`, `${SITE}/end`]);
});

// The timer of the route before is still running, and is taken for that of this one.
test("the view of a route waits for its own title, also soon after another route", async () => {
  const page = openPage({ only: ["pageviews"] });
  await page.pass(300);
  page.window.history.pushState({}, "", "/two");
  await page.pass(300);
  page.document.title = "Two";
  assert.deepEqual((await viewed(page))[1], [`${SITE}/two`, "Two", URL_OF_PAGE]);
});

test("a page back from the back/forward cache has the referrer that it had", async () => {
  const page = openPage({ only: ["pageviews"], document: { referrer: "https://search.example/" } });
  await page.pass(10_000);
  await page.leave(true);
  page.tell("pageshow", { persisted: true });
  const from = (await viewed(page)).map(([, , referrer]) => referrer);
  assert.deepEqual(from, ["https://search.example/", "https://search.example/"]);
});

test("a view has the time at which its route began", async () => {
  const page = openPage({ only: ["pageviews"] });
  await page.pass(1_000);
  page.window.history.pushState({}, "", "/two");
  assert.deepEqual((await page.events()).map(([, , , t]) => t), [NOW, NOW + 1_000]);
});
