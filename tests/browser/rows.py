"""What is stored: the rows of an event type, of one visitor or of one place."""

from dataclasses import dataclass, field
from typing import Any

from browser.polling import eventually
from browser.worker import Worker

OWN_COLUMNS = {
    "pageviews": ("url", "title", "referrer"),
    "clicks": ("target_node", "buttons", "x", "y", "text"),
    "link_clicks": ("link_text", "target_url", "outbound", "download"),
    "mouse_moves": ("x", "y"),
    "key_presses": ("key",),
    "form_submissions": ("fields", "form"),
    "form_abandonments": ("form", "fields"),
    "scroll_depths": ("depth",),
    "visible_times": ("duration",),
    "sessions": ("session_id",),
    "errors": ("kind", "message", "source", "line_number", "column_number", "stack"),
    "web_vitals": ("name", "value", "rating"),
    "rage_clicks": ("target_node", "x", "y"),
    "dead_clicks": ("target_node", "x", "y"),
    "custom_events": ("name", "properties"),
    "identities": ("user_id",),
    "losses": ("reason", "events"),
}


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


class Stored:
    """Reads what is stored of those rows whose metadata fulfil a condition with one argument."""

    worker: Worker

    def condition(self) -> tuple[str, str]:
        """SQL that says which rows are meant, and what stands for ``$1`` in it."""
        raise NotImplementedError

    async def rows(self, type: str) -> list[Row]:
        """What is stored of one type now, in the order in which it happened."""
        times = ", ".join(
            f"extract(epoch from {name}) * 1000" for name in ("client_time", "time", "event_time")
        )
        where, argument = self.condition()
        found = await self.worker.query(
            f"select metadata, {times}, {', '.join(OWN_COLUMNS[type])} from {type}"
            f" where {where} order by client_time, id",
            argument,
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

    async def values(self, type: str, count: int) -> list[tuple[Any, ...]]:
        """The rows' own columns, once ``count`` rows are there."""
        return [row.values for row in await self.until_rows(type, count)]
