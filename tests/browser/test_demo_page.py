"""The demo page: it shows what is sent, and everybody can use it, on every screen."""

from collections import Counter
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from playwright.async_api import Page, ViewportSize

from browser.conftest import NewVisitor
from browser.polling import eventually
from browser.rows import OWN_COLUMNS
from browser.visitor import Visitor, leave

DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST: ViewportSize = {"width": 320, "height": 568}
LOOKS = [
    pytest.param(screen, scheme, id=f"{name}-{scheme}")
    for (name, screen), scheme in product({"desk": DESK, "phone": PHONE}.items(), ["light", "dark"])
]
SERIOUS = {"serious", "critical"}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SINCE = "([since, ms]) => performance.now() > since + ms"
DEAD_MS = 1100
UNUSUAL = {"losses"}
BACKGROUND = r"getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)"


@dataclass
class Demo:
    """The page after one beacon, as it stands for all tests of this module."""

    visitor: Visitor
    page: Page

    async def counts(self) -> dict[str, int]:
        """What the panel says of each type."""
        texts = await self.page.locator("#types button").all_inner_texts()
        return {type: int(count) for type, count in (text.split() for text in texts)}


@pytest.fixture(scope="module")
async def demo(new_visitor: NewVisitor) -> Demo:
    """Something of each type was done, and sent while the page stays open."""
    visitor = await new_visitor(viewport=DESK)
    demo = Demo(visitor, page := await visitor.open())
    await page.click("#dead")
    await page.click("#dead")
    await page.wait_for_function(SINCE, arg=[await page.evaluate("performance.now()"), DEAD_MS])
    await page.click("#dead", click_count=3)
    await page.click("#press")
    await page.fill("#name", "Grace")
    await page.click("#submit")
    await page.click("#link-nested")
    await page.click("#keys")
    await page.keyboard.press("k")
    for button in ("#throw", "#reject", "#track", "#identify"):
        await page.click(button)
    await page.fill("#city", "London")
    await page.click("#route")

    absent: set[str] = set()

    async def all_shown() -> bool:
        nonlocal absent
        absent = {type for type, count in (await demo.counts()).items() if not count} - UNUSUAL
        return not absent

    await eventually(lambda: f"the panel shows something of {absent}", all_shown)
    return demo


async def test_panel_counts_what_is_stored(demo: Demo):
    counts: dict[str, int] = {}
    stored: dict[str, int] = {}

    async def agree() -> bool:
        nonlocal counts, stored
        counts = await demo.counts()
        stored = {type: len(await demo.visitor.rows(type)) for type in OWN_COLUMNS}
        return counts == stored

    await eventually(lambda: f"the panel counts {stored}, not {counts}", agree)
    assert counts["losses"] == 0, await demo.visitor.rows("losses")
    listed = Counter(await demo.page.locator("#rows li b").all_inner_texts())
    # A path of the mouse is one event of many rows.
    counts["mouse_moves"] = listed["mouse_moves"]
    assert counts == {type: listed[type] for type in counts}


async def test_panel_lists_what_was_done(demo: Demo):
    listed = " ".join(await demo.page.locator("#rows li").all_inner_texts())
    assert 'form_submissions {"name":null,"colour":null,"news":null} "form#form"' in listed
    assert 'form_abandonments "form#begun" ["city"]' in listed
    assert 'custom_events "demo" {"button":"track","presses":1,"page":{"views":0}}' in listed
    assert 'key_presses "k"' in listed


@pytest.mark.parametrize("index", range(len(OWN_COLUMNS)))
async def test_sql_that_the_panel_shows_finds_rows(index: int, demo: Demo):
    await demo.page.set_viewport_size(DESK)
    button = demo.page.locator("#types button").nth(index)
    await button.click()
    statement = await demo.page.inner_text("#sql")
    type, count = (await button.inner_text()).split()
    assert f" from {type} " in statement
    assert len(await demo.visitor.worker.query(statement)) >= min(int(count), 5)


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
async def test_nobody_is_shut_out(screen: ViewportSize, scheme: str, demo: Demo, axe: str):
    await look(demo.page, screen, scheme)
    await demo.page.evaluate(axe)
    found = await demo.page.evaluate("axe.run()")
    assert found["passes"]
    assert [one["id"] for one in found["violations"] if one["impact"] in SERIOUS] == []


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
async def test_screenshot(screen: ViewportSize, scheme: str, demo: Demo, tmp_path: Path):
    await look(demo.page, screen, scheme)
    seen = tmp_path / "seen.png"
    await demo.page.screenshot(path=seen)
    await demo.page.screenshot(path=tmp_path / "whole.png", full_page=True)
    # A look at the files tells more; this tells that they show a page in the scheme that was asked for.
    channels = await demo.page.evaluate(BACKGROUND)
    assert (max(channels) < 80) == (scheme == "dark")


@pytest.mark.parametrize("screen", [PHONE, SMALLEST, DESK], ids=lambda screen: str(screen["width"]))
async def test_nothing_is_wider_than_the_screen(screen: ViewportSize, demo: Demo):
    await look(demo.page, screen, "light")
    assert await demo.page.evaluate(OVERFLOW) == 0


async def test_on_a_phone_taps_are_clicks(new_visitor: NewVisitor):
    visitor = await new_visitor(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    page = await visitor.open()
    for button in ("#press", "#press-ignored", "#press-nested strong", "#link"):
        await page.tap(button)
    await leave(page)
    rows = await visitor.until_rows("clicks", 3)
    targets = ["button#press.primary", "button#press-nested>strong", "a#link"]
    assert [row.values[0] for row in rows] == targets
    assert visitor.complaints == []


async def test_demo_page_complains_of_nothing_but_what_was_asked_of_it(demo: Demo):
    asked = ["The demo page threw this", "The demo page rejected this"]
    assert demo.visitor.complaints == asked


async def look(page: Page, screen: ViewportSize, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size(screen)
    await page.evaluate("scrollTo(0, 0)")
