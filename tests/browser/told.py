"""What the live page is told in tests, and how it is opened on a stage that tells it."""

from typing import Any

from playwright.async_api import Page, expect

from browser.stage import Stage, event, numbers
from browser.visitor import Visitor

HOSTILE = "<img src=x onerror=alert(1)>\"'&</li><script>alert(2)</script>"
FULL = numbers(
    {"clicks": {0: 3, 1: 2}, "pageviews": {1: 1, 179: 4}, "mouse_moves": {1: 250}, "a_new_type": {5: 7}},
    late={1: 2},
    events_per_second=12.34,
    visitors=1234,
    pages=[{"key": "https://shop.example/cart", "n": 1200}, {"key": HOSTILE, "n": 3}],
    links=[{"key": "Buy", "n": 2}, {"key": "", "n": 1}],
    nodes=[{"key": "button#buy.primary", "n": 5}],
    last_events=[
        event("clicks", HOSTILE, late_by=7200),
        *(event("pageviews", f"https://shop.example/{number}") for number in range(30)),
    ],
    too_late=2,
    health={
        "status": "waiting",
        "problems": ["store_events waits: gone"],
        "remarks": ["view x is not kept"],
        "parts": [
            {"name": "kafka", "works": True, "says": "takes every beacon"},
            {"name": "store_events", "works": False, "says": "gone"},
            {"name": "my_sink", "works": True, "says": "keeps up"},
        ],
    },
)
INCOMPLETE = FULL | {
    "complete": False,
    "health": {
        "status": "ready",
        "problems": [],
        "remarks": [],
        "parts": [{"name": "windows", "works": False, "says": "no answer for partitions 1, 4"}],
    },
}
UNAVAILABLE = {name: FULL[name] for name in ("now", "health", "tracker")} | {
    "unavailable": "the windows can't be read now: switched off",
    "complete": False,
}
STATES = {"full": FULL, "empty": numbers(), "incomplete": INCOMPLETE, "unavailable": UNAVAILABLE}


async def opened(viewer: Visitor, stage: Stage, says: dict[str, Any] = FULL) -> Page:
    stage.says = says
    page = await viewer.open(stage.origin)
    await expect(page.locator("#connection")).to_have_text("Live")
    await expect(page.locator("#parts li").first).to_be_visible()
    return page


async def texts(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in await page.locator(selector).all_inner_texts()]
