"""A person with a browser profile of their own: what they do, and the rows that come of it."""

import time
from dataclasses import dataclass, field
from uuid import uuid4

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request

from browser.rows import Stored
from browser.worker import PROJECT, Worker

# In the message of an error that a test's own page throws, so that it is not taken for one of the tracker.
ON_PURPOSE = "on purpose"


@dataclass
class Visitor(Stored):
    """Opens pages in a browser context; ``complaints`` are what the browser's console said of errors."""

    context: BrowserContext
    worker: Worker
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    uuid: str = field(default_factory=lambda: str(uuid4()))

    def __post_init__(self) -> None:
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("request", lambda request: self.requests.append(request))

    def condition(self) -> tuple[str, str]:
        return "metadata->>'uuid' = $1", self.uuid

    async def known_as(self, uuid: str) -> None:
        """Let the tracker find ``uuid`` where it keeps the visitor's: the browser is silent about what is
        sent while a tab closes, so the rows could not be told from others' by what was sent."""
        name = f"chronos:{PROJECT}:uuid"
        self.uuid = uuid
        await self.context.add_init_script(f"try {{ localStorage['{name}'] = '{uuid}' }} catch {{}}")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    async def open(self, address: str = "/demo") -> Page:
        """A new tab with a page of the worker, or of anyone; it is read to its end."""
        page = await self.context.new_page()
        await page.goto(address if "://" in address else f"{self.worker.url}{address}")
        return page

    def beacon_requests(self) -> list[Request]:
        """Each try to send a beacon; the browser is silent about those of a page that is left."""
        return [one for one in self.requests if one.method == "POST" and one.url.endswith("/api/events")]

    def beacon_bodies(self) -> list[bytes]:
        return [request.post_data_buffer or b"" for request in self.beacon_requests()]


def page_errors(visitor: Visitor) -> list[str]:
    """All complaints but what the browser itself notes about an answer that is no success."""
    meant = ("Failed to load resource", "has been blocked by CORS policy", ON_PURPOSE)
    return [text for text in visitor.complaints if not any(words in text for words in meant)]


async def leave(page: Page) -> None:
    """Go away from a page, for tests of what it says and not of how its tab is closed.

    Chromium gives up a page that does not answer for half a second while its tab is closed, and with it
    what it had to say; one that is left for another page gets three times as long. On a machine that is
    busy with all of these tests, half a second passes.
    """
    await page.goto("about:blank")


def now_ms() -> float:
    return time.time() * 1000
