"""A person with a browser profile of their own: what they do, and the rows that come of it."""

import time
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request

from browser.polling import eventually
from browser.worker import Worker

OWN_COLUMNS = {
    "pageviews": ("url", "title"),
    "clicks": ("target_node", "buttons", "x", "y"),
    "link_clicks": ("link_text", "target_url"),
    "mouse_moves": ("x", "y"),
    "key_presses": ("key",),
    "form_submissions": ("fields",),
}
READ_UUID = "(() => { try { return localStorage.chronos_uuid ?? ''; } catch { return ''; } })()"


@dataclass(frozen=True)
class Row:
    """A row of the view ``type``: ``values`` are its own columns, times are ms since 1970."""

    type: str
    values: tuple[Any, ...]
    url: str
    client_time: float
    time: float
    event_time: float
    metadata: dict[str, Any] = field(hash=False, compare=False)


@dataclass
class Visitor:
    """Opens pages in a browser context; ``complaints`` are what the browser's console said of errors."""

    context: BrowserContext
    worker: Worker
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    uuid: str = ""

    def __post_init__(self) -> None:
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("request", lambda request: self.requests.append(request))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    async def open(self, address: str = "/demo") -> Page:
        """A new tab with a page of the worker, or of anyone; it is read to its end."""
        page = await self.context.new_page()
        await page.goto(address if "://" in address else f"{self.worker.url}{address}")
        self.uuid = self.uuid or await page.evaluate(READ_UUID)
        return page

    def beacon_requests(self) -> list[Request]:
        """Each try to send a beacon; the browser is silent about those of a page that is left."""
        return [one for one in self.requests if one.method == "POST" and one.url.endswith("/api/events")]

    def beacon_bodies(self) -> list[bytes]:
        return [request.post_data_buffer or b"" for request in self.beacon_requests()]

    async def rows(self, type: str) -> list[Row]:
        """What is stored of one type now, in the order in which it happened."""
        own = OWN_COLUMNS[type]
        times = ", ".join(
            f"extract(epoch from {name}) * 1000" for name in ("client_time", "time", "event_time")
        )
        found = await self.worker.query(
            f"select metadata, {times}, {', '.join(own)} from {type}"
            " where metadata->>'uuid' = $1 order by client_time, id",
            self.uuid,
        )
        return [
            Row(type, tuple(values), metadata["url"], *map(float, times), metadata)
            for metadata, *rest in found
            for times, values in [(rest[:3], rest[3:])]
        ]

    async def until_rows(self, type: str, count: int) -> list[Row]:
        """Wait for ``count`` rows and for all else that was accepted, then return what is there."""

        found = 0

        async def enough() -> bool:
            nonlocal found
            found = len(await self.rows(type))
            return found >= count

        await eventually(lambda: f"{count} rows in {type}, there are {found}", enough)
        await self.worker.until_stored()
        return await self.rows(type)


def page_errors(visitor: Visitor) -> list[str]:
    """All complaints but what the browser itself notes about an answer that is no success."""
    return [text for text in visitor.complaints if "Failed to load resource" not in text]


def now_ms() -> float:
    return time.time() * 1000
