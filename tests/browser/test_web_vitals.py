"""Web vitals: measured by a second file, which the page gets when it is idle."""

import pytest

from browser.front import Front, page
from browser.visitor import Visitor, leave

RATINGS = {"good", "needs-improvement", "poor"}
PAGE = page('<h1>Something to paint</h1><button id="slow">Slow</button><p>More</p>')
# A frame in between, or there is nothing from which to jump.
JUMP = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
  document.querySelector("h1").style.marginTop = "200px";
  requestAnimationFrame(() => requestAnimationFrame(done));
})))"""
BUSY = """() => {
  slow.onclick = () => { const since = performance.now(); while (performance.now() < since + 120); };
}"""
# The library looks at what was measured when the browser is idle, or a second later.
LOOKED = "new Promise(done => setTimeout(() => requestIdleCallback(done, { timeout: 1100 }), 100))"


async def test_each_vital_is_a_row(visitor: Visitor, front: Front):
    front.pages["/"] = PAGE
    front.settings["flush_interval_ms"] = 100
    tab = await visitor.open(front.url())
    await visitor.until_rows("web_vitals", 2)
    assert "/tracker.vitals.js" in front.requests
    await tab.evaluate(JUMP)
    await tab.evaluate(BUSY)
    await tab.click("#slow")
    await tab.evaluate(LOOKED)
    await leave(tab)
    vitals = await visitor.until_rows("web_vitals", 5)
    found = {name: (value, rating) for name, value, rating in (row.values for row in vitals)}
    assert found.keys() == {"TTFB", "FCP", "LCP", "CLS", "INP"}
    assert {rating for _, rating in found.values()} <= RATINGS
    assert 0 <= found["TTFB"][0] <= found["FCP"][0] <= found["LCP"][0] < 10_000
    assert found["CLS"] == (pytest.approx(0.05, abs=0.2), found["CLS"][1])
    assert found["CLS"][0] > 0
    assert found["INP"][0] >= 120
    assert {row.url for row in vitals} == {front.url()}


async def test_a_page_works_without_the_second_file(visitor: Visitor, front: Front):
    await visitor.context.route("**/tracker.vitals.js", lambda route: route.abort())
    front.pages["/"] = PAGE
    tab = await visitor.open(front.url())
    await tab.click("#slow")
    await leave(tab)
    await visitor.until_rows("clicks", 1)
    assert await visitor.rows("web_vitals") == []


async def test_vitals_that_are_switched_off_are_not_loaded(visitor: Visitor, front: Front):
    front.settings["events"] = {"web_vitals": False}
    tab = await visitor.open(front.url())
    await tab.evaluate("new Promise(requestIdleCallback)")
    await leave(tab)
    await visitor.until_rows("pageviews", 1)
    assert "/tracker.vitals.js" not in front.requests
