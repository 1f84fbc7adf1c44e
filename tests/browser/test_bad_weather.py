"""The server is away, slow, busy, or somebody else answers: afterwards everything is there, once."""

import pytest
from playwright.async_api import Page

from browser import weather
from browser.front import Front, fair
from browser.polling import eventually
from browser.rows import OWN_COLUMNS
from browser.visitor import Visitor, leave

pytestmark = pytest.mark.soak
CLICKS = 4
HOUR = 60
BOUND = 12_000
# The tracker holds this lock while it tries.
SETTLED = "navigator.locks.request('chronos:browser', () => true)"
# The sizes of what waits.
KEPT = """Object.keys(localStorage).filter((key) => key.includes(":b:"))
  .map((key) => localStorage[key].length)"""
# Half a minute would be long for a test.
IMPATIENT = """(() => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => timeout(ms / 100);
})()"""
DAYS = {
    "html_with_status_200": weather.html,
    "a_proxy_without_a_server": weather.broken,
    "a_connection_that_is_cut": weather.cut,
    "no_answer": weather.silent,
    "an_answer_that_is_lost": weather.silent_taker,
}


async def click(tab: Page, count: int = CLICKS) -> None:
    for x in range(count):
        await tab.mouse.click(10 + x, 5)


async def until_tried(front: Front, tries: int = 1) -> None:
    async def tried() -> bool:
        return len(front.posts) >= tries

    await eventually(f"{tries} tries", tried)


def places(rows: list) -> list[float]:
    return [row[2] for row in rows]


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
async def test_a_bad_day_loses_nothing(day, visitor: Visitor, front: Front):
    front.settings["flush_interval_ms"] = 100
    front.weather = weather.first(1, day)
    await visitor.context.add_init_script(IMPATIENT)
    tab = await visitor.open(front.url())
    await click(tab)

    async def sent_again() -> bool:
        return len({post.id for post in front.posts}) < len(front.posts)

    await eventually("what was not taken is sent again", sent_again)
    assert places(await visitor.values("clicks", CLICKS)) == [10, 11, 12, 13]
    await leave(tab)
    assert len(await visitor.values("pageviews", 1)) == 1
    assert await visitor.values("losses", 0) == []


async def test_what_could_not_be_sent_arrives_at_the_next_visit(visitor: Visitor, front: Front):
    front.weather = weather.broken
    tab = await visitor.open(front.url())
    await click(tab)
    await leave(tab)
    await until_tried(front)
    front.weather = fair
    await visitor.open(front.url("/later"))
    assert places(await visitor.values("clicks", CLICKS)) == [10, 11, 12, 13]
    assert {row.url for row in await visitor.rows("clicks")} == {front.url()}


async def test_offline_and_back(visitor: Visitor, front: Front):
    front.settings["flush_interval_ms"] = 100
    tab = await visitor.open(front.url())
    await visitor.until_rows("pageviews", 1)
    await visitor.context.set_offline(True)
    await click(tab)
    await tab.wait_for_function("Object.keys(localStorage).some(key => key.includes(':b:'))")
    tried = len(front.posts)
    await tab.evaluate("new Promise(done => setTimeout(done, 300))")
    assert len(front.posts) == tried
    await visitor.context.set_offline(False)
    assert places(await visitor.values("clicks", CLICKS)) == [10, 11, 12, 13]
    await leave(tab)
    assert len(await visitor.values("pageviews", 1)) == 1


async def test_a_server_that_asks_for_peace_gets_it(visitor: Visitor, front: Front):
    front.settings["flush_interval_ms"] = 100
    front.weather = weather.first(1, weather.busy(2))
    tab = await visitor.open(front.url())
    await until_tried(front)
    await click(tab)
    await tab.evaluate("dispatchEvent(new Event('online'))")
    assert places(await visitor.values("clicks", CLICKS)) == [10, 11, 12, 13]
    await leave(tab)
    refused, next_try, *_ = front.posts
    assert next_try.began - refused.ended >= 1.9
    assert next_try.id == refused.id


async def test_of_an_hour_without_a_server_arrives_what_storage_held(visitor: Visitor, front: Front):
    told = {"custom_events", "losses"}
    front.settings |= {"storage_bytes": BOUND, "events": {type: type in told for type in OWN_COLUMNS}}
    tab = await visitor.context.new_page()
    await tab.clock.install()
    await tab.goto(front.url())
    front.weather = weather.broken
    for minute in range(HOUR):
        await tab.evaluate(f"chronos.track('minute', {{ minute: {minute} }})")
        await tab.clock.run_for(60_000)
    await tab.evaluate(SETTLED)
    kept = await tab.evaluate(KEPT)
    assert 1 < len(kept) < HOUR
    assert BOUND / 2 < sum(kept) <= BOUND

    front.weather = fair
    await tab.clock.run_for(120_000)
    arrived = await visitor.values("custom_events", len(kept))
    assert [minute["minute"] for _, minute in arrived] == list(range(HOUR - len(kept), HOUR))
    await tab.clock.run_for(10_000)
    assert await visitor.values("losses", 1) == [("storage_full", HOUR - len(kept))]
    await leave(tab)


async def test_what_arrives_in_the_end_is_not_counted_as_lost(visitor: Visitor, front: Front):
    """The bound drops the oldest, which is the one that is on its way where the way is long."""
    events = {type: type in ("clicks", "losses") for type in OWN_COLUMNS}
    front.settings |= {"storage_bytes": 1_500, "flush_interval_ms": 50, "events": events}
    front.weather = weather.slow(0.5)
    tab = await visitor.open(front.url())
    for place in range(CLICKS):
        await tab.mouse.click(10 + place, 5)
        await tab.wait_for_function(f"{KEPT}.length > {min(place, 1)}")
    front.weather = fair
    await visitor.until_rows("clicks", 1)
    await tab.wait_for_function(f"!{KEPT}.length")
    await leave(tab)
    arrived = len(await visitor.values("clicks", 1))
    assert arrived + sum(events for _, events in await visitor.values("losses", 0)) == CLICKS
