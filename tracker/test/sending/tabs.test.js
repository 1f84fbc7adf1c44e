import assert from "node:assert/strict";
import { test } from "node:test";

import { BUSY, makeBrowser, OFFLINE, openPage, SUCCESS } from "../page.js";

const MINUTE = 60_000;
const open = (browser) => openPage({ only: ["clicks"], html: "<p></p>", browser });
const click = (page) => page.fire("p", "click");
const idsOf = ({ server }) => server.requests.map(({ data }) => data.id);

for (const locks of [true, false]) {
  const how = locks ? "with locks" : "without locks";

  test(`${how}: what several tabs capture arrives once`, async () => {
    const browser = makeBrowser({ locks });
    const tabs = [1, 2, 3, 4].map(() => open(browser));
    browser.server.answer = { ...SUCCESS, ms: 300 };
    for (let round = 0; round < 10; round++)
      for (const tab of tabs) {
        click(tab);
        await tab.pass(700);
      }
    await tabs[0].pass(MINUTE);
    assert.equal(browser.server.events().length, 40);
    assert.equal(new Set(idsOf(browser)).size, idsOf(browser).length);
    assert.deepEqual(browser.server.twice, []);
  });

  test(`${how}: what a tab that is gone has left is sent by another, with the id that it had`, async () => {
    const browser = makeBrowser({ locks });
    const [one, two] = [open(browser), open(browser)];
    browser.server.answer = OFFLINE;
    click(one);
    await one.pass();
    await one.leave();
    const [id] = idsOf(browser);
    browser.server.answer = SUCCESS;
    click(two);
    await two.pass(5 * MINUTE);
    assert.ok(browser.server.taken().some((data) => data.id == id));
    assert.equal(browser.server.events().length, 2);
  });

  test(`${how}: a tab that goes while it sends does not hold up the others`, async () => {
    const browser = makeBrowser({ locks });
    const [one, two] = [open(browser), open(browser)];
    browser.server.answer = { silent: true };
    click(one);
    await one.pass();
    await one.leave();
    browser.server.answer = SUCCESS;
    click(two);
    await two.pass(MINUTE);
    assert.equal(browser.server.events().length, 2);
    assert.equal(new Set(idsOf(browser)).size, 2);
  });

  test(`${how}: a beacon tried by several tabs keeps its id`, async () => {
    const browser = makeBrowser({ locks });
    const tabs = [1, 2, 3].map(() => open(browser));
    browser.server.answer = { ...BUSY, ms: 4_000 };
    for (const tab of tabs) click(tab);
    await tabs[0].pass(5 * MINUTE);
    browser.server.answer = SUCCESS;
    await tabs[0].pass(5 * MINUTE);
    assert.equal(browser.server.events().length, 3);
    assert.equal(new Set(idsOf(browser)).size, 3);
  });
}

test("with locks no beacon is sent by two tabs at once, one request at a time in all", async () => {
  const browser = makeBrowser();
  const tabs = [1, 2, 3].map(() => open(browser));
  let answered = 0;
  browser.server.answer = () => ({ ...(++answered % 3 ? BUSY : SUCCESS), ms: 7_000 });
  for (let round = 0; round < 20; round++)
    for (const tab of tabs) {
      click(tab);
      await tab.pass(2_500);
    }
  await tabs[0].pass(10 * MINUTE);
  assert.deepEqual(browser.server.twice, []);
  assert.equal(browser.server.most, 1);
});

// And by that out of the back/forward cache's way, which takes no page with a lock.
test("a tab that is kept for the back button lets go of its lock, and goes on when it is back", async () => {
  const browser = makeBrowser();
  const [one, two] = [open(browser), open(browser)];
  browser.server.answer = { silent: true };
  click(one);
  await one.pass();
  browser.server.answer = SUCCESS;
  click(two);
  await two.pass();
  assert.deepEqual(browser.server.taken(), []);
  await one.leave(true);
  assert.deepEqual(browser.server.requests.at(-1).page, two);
  await two.pass(MINUTE);
  one.show();
  one.tell("pageshow", { persisted: true });
  click(one);
  await one.pass(MINUTE);
  assert.deepEqual(browser.server.events().map(([type]) => type), ["clicks", "clicks", "clicks"]);
});

test("locks that are refused are done without", async () => {
  const browser = makeBrowser({ locks: false });
  const refuse = async () => {
    throw new DOMException("in a sandbox", "SecurityError");
  };
  const page = openPage({ only: ["clicks"], html: "<p></p>", browser, navigator: { locks: { request: refuse } } });
  click(page);
  assert.equal((await page.events()).length, 1);
});

test("projects do not wait for each other", async () => {
  const browser = makeBrowser();
  for (const project of ["one", "two"]) click(openPage({ only: ["clicks"], html: "<p></p>", browser, settings: { project } }));
  browser.server.answer = { silent: true };
  await browser.clock.pass(6_000);
  assert.equal(browser.server.requests.length, 2);
  assert.deepEqual([...new Set(browser.locks.requests.map(({ name }) => name))], ["chronos:one", "chronos:two"]);
});

test("a tab does not ask for a lock again and again while it waits for one", async () => {
  const browser = makeBrowser();
  const [one, two] = [open(browser), open(browser)];
  browser.server.answer = { silent: true };
  for (const tab of [one, two]) click(tab);
  await two.pass();
  const asked = () => browser.locks.requests.filter(({ owner }) => owner == two).length;
  const before = asked();
  for (let i = 0; i < 5; i++) two.tell("online");
  await two.pass(0);
  assert.ok(asked() <= before + 1, `${asked() - before} more requests`);
});
