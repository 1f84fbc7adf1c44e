"""Starts the Chromium that is on PATH, and gives out pages in profiles of their own."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, CDPSession, Page, ViewportSize, async_playwright

from bench.tracker.hand import HEIGHT, WIDTH

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEWPORT: ViewportSize = {"width": WIDTH, "height": HEIGHT}


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """A browser with an empty profile."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise SystemExit(f"no browser on PATH ({', '.join(NAMES)}): apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path,
            args=list(FLAGS),
            # Of Playwright's own switches, the one that takes from pages what every visitor's browser has.
            ignore_default_args=["--disable-back-forward-cache"],
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def opened(chromium: Browser, address: str, script: str = "") -> AsyncIterator[Page]:
    """A page of somebody who was never here; ``script`` runs before it. It is closed as a tab is."""
    context = await chromium.new_context(viewport=VIEWPORT)
    try:
        await context.add_init_script(script)
        page = await context.new_page()
        if (answer := await page.goto(address)) and not answer.ok:
            raise SystemExit(f"{address} answers {answer.status}")
        yield page
        await page.close()
    finally:
        await context.close()


async def throttled(page: Page, times: int) -> CDPSession:
    """Make the processor slower for this page; returns the door to the browser's other instruments."""
    session = await page.context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": times})
    return session


def speed(throttle: int) -> str:
    """How fast the processor is, in a table."""
    return f"1/{throttle}" if throttle > 1 else "full"
