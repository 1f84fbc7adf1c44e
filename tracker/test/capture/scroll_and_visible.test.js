import assert from "node:assert/strict";
import { test } from "node:test";

import { NOW, openPage } from "../page.js";

/** What happy-dom does not do: a layout. */
function layout(page, element, clientHeight, scrollHeight) {
  page.has(element, { clientHeight, scrollHeight, scrollTop: 0 });
}

async function openScroll(height = 4_000, html = "<main></main>") {
  const page = openPage({ only: ["scroll_depths"], html });
  const root = page.document.documentElement;
  layout(page, root, 800, height);
  const scroll = async (top, element = root) => {
    element.scrollTop = top;
    page.fire(element === root ? page.document : element, "scroll", { bubbles: false });
    await page.pass(200);
  };
  return { page, root, scroll, depths: async () => (await page.events()).map(([, depth]) => depth) };
}

test("what was seen without scrolling is told when the page is left", async () => {
  const { page } = await openScroll();
  await page.leave();
  assert.deepEqual(page.server.events(), [["scroll_depths", 20, NOW]]);
});

test("depths grow, and are told only when they do", async () => {
  const { page, scroll, depths } = await openScroll();
  await scroll(1_200);
  await scroll(0);
  page.hide();
  page.show();
  assert.deepEqual(await depths(), [50]);
  await scroll(800);
  page.hide();
  page.show();
  assert.deepEqual(await depths(), [50]);
  await scroll(9_999);
  page.hide();
  assert.deepEqual(await depths(), [50, 100]);
});

test("what scrolls inside of the page counts where it is the main part of it", async () => {
  const { page, scroll, depths } = await openScroll(800, '<main></main><aside></aside>');
  const [main, aside] = page.document.body.children;
  layout(page, main, 700, 1_400);
  layout(page, aside, 200, 4_000);
  page.has(page.document.documentElement, { clientHeight: 0 });
  await scroll(350, main);
  await scroll(3_000, aside);
  page.hide();
  assert.deepEqual(await depths(), [75]);
});

test("a route begins again", async () => {
  const { page, root, scroll, depths } = await openScroll();
  await scroll(3_200);
  page.window.history.pushState({}, "", "/two");
  root.scrollTop = 0;
  await page.leave();
  assert.deepEqual(await depths(), [100, 20]);
});

test("while nothing scrolls the only timer is that of the flush, and after that there is none", async () => {
  const { page, scroll, depths } = await openScroll();
  assert.deepEqual(page.clock.pending(), []);
  await scroll(1_200); // and 200 ms, of which the first 100 are the interval
  assert.deepEqual(page.clock.pending(), [4_900]);
  await page.pass(4_900);
  assert.deepEqual(page.clock.pending(), []);
  assert.deepEqual(await depths(), [50]);
});

const openVisible = (options) => openPage({ only: ["visible_times"], ...options });
const total = (page) => page.server.events().reduce((sum, [, duration]) => sum + duration, 0);

test("the time for which a page could be seen is told when it is left", async () => {
  const page = openVisible();
  await page.pass(12_345);
  await page.leave();
  assert.deepEqual(page.server.events(), [["visible_times", 12_345, NOW + 12_345]]);
});

test("time while a page is hidden does not count", async () => {
  const page = openVisible();
  await page.pass(1_000);
  page.hide();
  await page.pass(60_000);
  page.show();
  await page.pass(500);
  await page.leave();
  assert.equal(total(page), 1_500);
});

test("what is told between adds up to what it was", async () => {
  const page = openPage({ only: ["visible_times", "clicks"], html: "<p></p>" });
  for (let i = 0; i < 5; i++) {
    page.fire("p", "click");
    await page.pass(7_777);
  }
  await page.leave();
  const times = page.server.events("visible_times");
  assert.ok(times.length > 1);
  assert.equal(times.reduce((sum, [, duration]) => sum + duration, 0), 5 * 7_777);
});

test("a page opened in the background has been visible since it was looked at", async () => {
  const page = openVisible({ document: { hidden: true, visibilityState: "hidden" } });
  await page.pass(60_000);
  page.show();
  await page.pass(2_000);
  await page.leave();
  assert.equal(total(page), 2_000);
});

test("each route has its own time", async () => {
  const page = openVisible();
  await page.pass(1_000);
  page.window.history.pushState({}, "", "/two");
  await page.pass(3_000);
  await page.leave();
  const told = page.server.taken().map(({ events, metadata }) => [metadata.url, events[0][1]]);
  assert.deepEqual(told, [["https://shop.example/list?p=1", 1_000], ["https://shop.example/two", 3_000]]);
});

test("time in the back/forward cache does not count", async () => {
  const page = openVisible();
  await page.pass(1_000);
  page.hide();
  await page.leave(true);
  await page.pass(60_000);
  page.show();
  page.tell("pageshow", { persisted: true });
  await page.pass(2_000);
  await page.leave();
  assert.equal(total(page), 3_000);
});

test("a clock that is set back makes no time that is negative", async () => {
  const page = openVisible();
  await page.pass(1_000);
  page.clock.set(NOW - 3_600_000);
  await page.leave();
  assert.deepEqual(page.server.events(), []);
});
