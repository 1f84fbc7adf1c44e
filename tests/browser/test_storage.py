"""What waits in the browser: where storage is refused or full, and when two tabs want to send it."""

import asyncio
from itertools import pairwise

import pytest
from playwright.async_api import Page

from browser import weather
from browser.front import Front, fair
from browser.polling import eventually
from browser.rows import OWN_COLUMNS
from browser.visitor import Visitor, leave

pytestmark = pytest.mark.soak
LEFT = 5
CLICKS = 5000
MANY = """count => {
  for (let x = 0; x < count; x += 1) dispatch(x);
  function dispatch(clientX) {
    document.body.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX, clientY: 7 }));
  }
}"""
FILL = """() => {
  let size = 1 << 20;
  for (let n = 0; size; n += 1)
    try { localStorage[`own${n}`] = "x".repeat(size); } catch { size >>= 1; }
}"""
FULL = f"({FILL})()"
REFUSED = "Object.defineProperty(window, '{}', {{ get() {{ throw new DOMException('no'); }} }});"
# A beacon of another page is left to that page for five seconds.
LATER = "(() => { const now = Date.now; Date.now = () => now() + 6000; })()"


async def leave_behind(visitor: Visitor, front: Front) -> list[float]:
    """Clicks on a page that is closed before the server takes any."""
    front.weather = weather.broken
    front.settings["events"] = {type: type == "clicks" for type in OWN_COLUMNS}
    tab = await visitor.open(front.url("/left"))
    for x in range(LEFT):
        await tab.mouse.click(10 + x, 5)
        await tab.evaluate("dispatchEvent(new Event('pagehide'))")
    await leave(tab)

    async def tried() -> bool:
        return len({post.id for post in front.posts}) == LEFT and all(
            post.ended < float("inf") for post in front.posts
        )

    await eventually("the server has refused all", tried)
    # What a page that closes has handed over arrives when it is gone.
    seen = -1
    while seen != len(front.posts) or not await tried():
        seen = len(front.posts)
        await asyncio.sleep(1)
    front.posts.clear()
    return [10.0 + x for x in range(LEFT)]


async def places(visitor: Visitor, count: int) -> list[float]:
    return sorted(x for _, _, x, _, _ in await visitor.values("clicks", count))


async def until_empty(tab: Page) -> None:
    """Until nothing waits any more."""
    await tab.wait_for_function("!Object.keys(localStorage).some((key) => key.includes(':b:'))")


async def test_two_tabs_send_what_was_left_once(visitor: Visitor, front: Front):
    left = await leave_behind(visitor, front)
    front.weather = weather.slow(0.05)
    await visitor.context.add_init_script(LATER)
    tabs = await asyncio.gather(*(visitor.open(front.url(f"/{name}")) for name in "ab"))
    for tab in tabs:
        await until_empty(tab)
    ids = [post.id for post in front.posts]
    # What one tab takes out of the storage the other, in a process of its own, may see for a moment longer:
    # the one that was sent last when the lock went on may be sent again, and the server counts it once.
    assert len(set(ids)) == LEFT
    assert len(ids) - LEFT <= 1, "beacons were sent twice"
    times = sorted((post.began, post.ended) for post in front.posts)
    assert all(ended <= began for (_, ended), (began, _) in pairwise(times))
    for tab in tabs:
        await leave(tab)
    assert await places(visitor, LEFT) == left


async def test_thousands_of_events_in_the_task_before_the_tab_closes_are_rows_once(
    visitor: Visitor, front: Front
):
    tab = await visitor.open(front.url())
    await tab.evaluate(MANY, CLICKS)
    await leave(tab)
    await visitor.context.add_init_script(LATER)
    await until_empty(await visitor.open(front.url("/again")))
    assert await places(visitor, CLICKS) == list(range(CLICKS))
    assert await visitor.values("losses", 0) == []
    assert await visitor.worker.query("select * from dead_letters") == []


async def test_a_visitor_whose_storage_is_full_is_captured(visitor: Visitor, front: Front):
    await visitor.context.add_init_script(FULL)
    front.settings["flush_interval_ms"] = 100
    front.weather = weather.first(2, weather.broken)
    tab = await visitor.open(front.url())
    own = await tab.evaluate("Object.keys(localStorage).filter(key => key.startsWith('own')).length")
    assert own
    for x in range(LEFT):
        await tab.mouse.click(10 + x, 5)
    assert await places(visitor, LEFT) == [10.0 + x for x in range(LEFT)]
    await leave(tab)
    assert await visitor.values("losses", 0) == []


async def test_storage_that_fills_up_meanwhile_costs_nothing(visitor: Visitor, front: Front):
    front.settings["flush_interval_ms"] = 100
    front.weather = weather.broken
    tab = await visitor.open(front.url())
    await tab.mouse.click(10, 5)
    await tab.wait_for_function("Object.keys(localStorage).some((key) => key.includes(':b:'))")
    await tab.evaluate(FILL)
    await tab.mouse.click(11, 5)
    await eventually("a try", lambda: asyncio.sleep(0, len(front.posts) > 1))
    front.weather = fair
    assert await places(visitor, 2) == [10.0, 11.0]
    await leave(tab)
    assert await places(visitor, 2) == [10.0, 11.0]


async def test_a_visitor_whose_browser_refuses_all_storage_is_captured(visitor: Visitor, front: Front):
    for area in ("localStorage", "sessionStorage"):
        await visitor.context.add_init_script(REFUSED.format(area))
    front.settings["flush_interval_ms"] = 100
    front.weather = weather.first(2, weather.broken)
    tab = await visitor.open(front.url())
    for x in range(LEFT):
        await tab.mouse.click(10 + x, 5)
    rows = await front.until_rows("clicks", LEFT)
    assert [row.values[2] for row in rows] == [10.0 + x for x in range(LEFT)]
    assert len({(row.metadata["uuid"], row.metadata["session"], row.metadata["tab"]) for row in rows}) == 1
    await leave(tab)
