"""`[tracker] transport = "beacon"`: what the browser has taken counts as sent."""

import pytest

from browser import weather
from browser.front import Front
from browser.test_many_events import CLICK_MANY
from browser.visitor import Visitor, leave

pytestmark = pytest.mark.soak
EVENTS = 3000


async def test_events_are_rows_once(visitor: Visitor, front: Front):
    front.settings |= {"transport": "beacon", "flush_interval_ms": 100}
    tab = await visitor.open(front.url())
    await tab.mouse.click(10, 5)
    await visitor.until_rows("clicks", 1)
    await tab.mouse.click(11, 5)
    await leave(tab)
    assert [x for _, _, x, *_ in await visitor.values("clicks", 2)] == [10, 11]
    assert len({post.id for post in front.posts}) == len(front.posts)


async def test_more_than_the_browser_takes_at_once_is_offered_again(visitor: Visitor, front: Front):
    front.settings["transport"] = "beacon"
    front.weather = weather.slow(0.2)
    tab = await visitor.open(front.url())
    await tab.evaluate(CLICK_MANY, [EVENTS, ["p"]])
    rows = await visitor.values("clicks", EVENTS)
    assert sorted(x for _, _, x, *_ in rows) == list(range(EVENTS))
    await leave(tab)
