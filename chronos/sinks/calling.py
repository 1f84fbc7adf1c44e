"""Calls the methods of a data sink of others, which may be plain, may hang, and may raise anything."""

import asyncio
import inspect
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from chronos.errors import BatchRejected, Refused, SinkFails
from chronos.extensions.data_sink import Batch, DataSink

log = logging.getLogger(__name__)

LONGEST = 50.0  # seconds of a call; the row of the watermark is locked meanwhile


class Calls:
    """Opens ``sink`` before anything else is called, and closes and opens it again after a failure.

    Raises BatchRejected where the sink refuses what it is given, and SinkFails for whatever else it raises.
    """

    def __init__(self, sink: DataSink) -> None:
        self._sink = sink
        self._name = sink.context.name
        self._thread = ThreadPoolExecutor(1, f"sink {self._name}")
        self._is_open = False
        self._has_failed = False
        self._said = ""

    async def next_offsets(self) -> Mapping[int, int] | None:
        """The watermark that the sink keeps, None where it keeps none."""
        await self._open()
        found: Mapping[int, int] | None = await self._call(self._sink.next_offsets)
        return found

    async def write(self, batch: Batch) -> None:
        """Have a batch written."""
        await self._open()
        await self._call(self._sink.write, batch)

    async def end(self) -> None:
        """Close the sink, for good."""
        await self._close()
        self._thread.shutdown(wait=False)

    async def _open(self) -> None:
        if self._has_failed:
            await self._close()  # whatever state it is in: a new one asks for the watermark
        if not self._is_open:
            await self._call(self._sink.open)
            self._is_open, self._has_failed = True, False

    async def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            with suppress(SinkFails, BatchRejected):  # it is logged, and there is no more to it
                await self._call(self._sink.close)

    async def _call(self, method: Callable[..., Any], *arguments: Any) -> Any:
        try:
            async with asyncio.timeout(LONGEST):
                if inspect.iscoroutinefunction(method):
                    return await method(*arguments)
                return await asyncio.get_running_loop().run_in_executor(self._thread, method, *arguments)
        except Refused as error:
            raise BatchRejected(sink=self._name, reason=str(error)) from error
        except Exception as error:  # whatever code that is not ours may do
            self._has_failed = True
            failure = SinkFails(method=method.__name__, reason=f"{type(error).__name__}: {error}")
            if str(failure) != self._said:
                self._said = str(failure)
                log.warning("%s: %s", self._name, failure, exc_info=error)
            raise failure from error
