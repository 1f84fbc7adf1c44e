"""Continuous views that Chronos keeps, fed without Kafka."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from messages import TOPIC, Received, raw_events, write

from chronos.settings.sections import Limits
from chronos.sinks.kept_views.feeder import KeptViews
from chronos.views import catalog
from chronos.views.checking import compare
from chronos.views.compiled import Compiled, compile_view
from chronos.views.declaration import parse

SHIPPED = catalog.declared(catalog.files(Path("none")))


def declared(text: str) -> Compiled:
    return compile_view(parse(text, "own.sql"))


async def feed(url: str, messages: Sequence[Received]) -> Any:
    """Feed a batch by a worker of its own, as after a restart."""
    sink = KeptViews(url, TOPIC, Limits())
    try:
        return await write(sink, messages)
    finally:
        await sink.close()


async def store(url: str, messages: Sequence[Received]) -> None:
    sink = raw_events(url)
    await write(sink, messages)
    await sink.close()


async def differences(url: str, views: Sequence[Compiled]) -> dict[str, Any]:
    found = {view.name: await compare(url, TOPIC, view) for view in views}
    return {name: one.differences for name, one in found.items() if one.different}
