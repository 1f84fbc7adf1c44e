"""The live page of a worker: its numbers are those of the database, and it bears a crash."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from playwright.async_api import Browser, HttpCredentials, Page, expect
from project import Project

from browser.conftest import NewVisitor, axe_violations
from browser.live_numbers import watched
from browser.polling import eventually
from browser.stage import Stage
from browser.visitor import Visitor, page_errors
from browser.worker import READ_KEY, Worker, running_worker

AGAIN_MS = 60_000


async def test_numbers_are_those_of_the_database_after_real_clicks(new_visitor: NewVisitor) -> None:
    viewer, visitor = await new_visitor(), await new_visitor()
    live, demo = await watched(viewer), await visitor.open()
    for button in ("#press", "#press", "#press-nested strong", "#link", "#track", "#throw", "#route"):
        await demo.click(button)
    await demo.click("#keys")
    await demo.keyboard.press("k")
    await visitor.until_rows("custom_events", 1)
    await expect(live.page.locator("#chart canvas")).to_be_visible()
    await live.page.click("summary")
    await live.until_they_agree()
    assert live.seen["types"]["clicks"] >= 8
    assert live.seen["nodes"]["button#press.primary"] >= 2
    listed = [" ".join(text.split()) for text in await live.page.locator("#events li").all_inner_texts()]
    assert any(text.endswith("custom events demo") for text in listed)
    # And again, while it stays open.
    await demo.click("#press")
    await demo.close()
    await live.until_they_agree()
    assert page_errors(viewer) == []
    assert {request.url.startswith(f"{live.worker.url}/") for request in viewer.requests} == {True}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_shut_out_of_real_numbers(scheme: Any, new_visitor: NewVisitor, axe: str) -> None:
    visitor = await new_visitor(color_scheme=scheme)
    await (await visitor.open()).close()
    live = await watched(visitor)
    await expect(live.page.locator("#chart canvas")).to_be_visible()
    assert await axe_violations(live.page, axe) == []


@pytest.fixture
async def elsewhere(stage: Stage, chromium: Browser) -> AsyncIterator[Callable[[str], Awaitable[Page]]]:
    """Make pages of browsers on other machines, that log in with a password."""
    stage.is_proxy = True
    async with AsyncExitStack() as contexts:

        async def make(password: str) -> Page:
            login: HttpCredentials = {"username": "anybody", "password": password}
            context = await chromium.new_context(http_credentials=login)
            contexts.push_async_callback(context.close)
            return await context.new_page()

        yield make


async def test_from_elsewhere_a_read_key_opens_it(stage: Stage, elsewhere: Any) -> None:
    page = await elsewhere(READ_KEY)
    await page.goto(stage.origin)
    await expect(page.locator("#connection")).to_have_text("Live")
    await expect(page.locator("#parts li").first).to_be_visible()


async def test_from_elsewhere_nothing_else_opens_it(stage: Stage, elsewhere: Any) -> None:
    page = await elsewhere("a-key-of-the-browser-tests")
    assert (await page.goto(stage.origin)).status == 401


@pytest.fixture
async def new_worker(
    chromium_path: str, services: Any, start_project: Callable[[], Project]
) -> AsyncIterator[Worker]:
    """A worker to which nothing was ever sent."""
    async with running_worker(start_project(), services.kafka, services.timescaledb, []) as running:
        yield running


@pytest.mark.soak
async def test_from_nothing_over_a_crash_to_numbers(new_worker: Worker, chromium: Browser, axe: str) -> None:
    context = await chromium.new_context()
    visitor = Visitor(context, new_worker)
    live = await watched(visitor)
    tag = f'<script src="{new_worker.url}/tracker.js" defer></script>'
    await expect(live.page.locator("#snippet")).to_have_text(tag)
    assert await axe_violations(live.page, axe) == []
    demo = await visitor.open()
    await demo.click("#press")
    await eventually("the click is stored", lambda: clicked(new_worker, 1))
    await expect(live.page.locator("#empty")).to_be_hidden()
    await live.page.bring_to_front()
    await live.page.click("summary")
    await live.until_they_agree()

    new_worker.kill()
    await expect(live.page.locator("#connection")).to_have_text("Reconnecting")
    await expect(live.page.locator("#notice")).to_contain_text("These are the numbers of")
    await new_worker.start_again()
    await expect(live.page.locator("#connection")).to_have_text("Live", timeout=AGAIN_MS)
    await demo.click("#press")
    await eventually("the second click is stored", lambda: clicked(new_worker, 2))
    await live.until_they_agree()
    known = re.compile("ERR_CONNECTION|ERR_INCOMPLETE|Failed to load resource")
    assert [text for text in visitor.complaints if not known.search(text)] == []
    await context.close()


async def clicked(worker: Worker, times: int) -> bool:
    return len(await worker.query("select from clicks")) == times
