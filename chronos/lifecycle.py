"""How a worker begins and ends: it waits for Kafka, and does not take for ever to stop."""

import asyncio
import gc
import logging
import os
import sys
import threading
from typing import Any, ClassVar

import faust
from faust.cli.base import DEFAULT_LOGLEVEL
from faust.tables.manager import TableManager
from mode import Service

from chronos import kafka_admin, log_output
from chronos.errors import ChronosError, ServiceError
from chronos.settings import Settings

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
LAST_SECONDS = 1.0


class TopicsReady(Service):
    """Has started when Kafka is there, with all topics; what needs them is started after it."""

    def __init__(self, bootstrap: str, settings: Settings, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._bootstrap = bootstrap
        self._settings = settings

    async def on_start(self) -> None:
        """Make the topics that are missing, as soon as Kafka answers."""
        said = None
        while not self.should_stop:
            try:
                await kafka_admin.create_topics(self._bootstrap, self._settings)
            except ServiceError as error:
                if said != str(error):
                    log.warning("the agents wait: %s", error)
                said = str(error)
                await self.sleep(RETRY_SECONDS)
            else:
                return


class Tables(TableManager):
    """Faust's own, without the second in which a table may still be declared: ours are found before."""

    async def on_start(self) -> None:
        """Let the consumer subscribe, which waits for this."""
        await self._update_channels()
        await self.recovery.start()


class Worker(faust.Worker):
    """Faust's own, with our log, which at the end waits for what was cancelled, not always for a second.

    ``settings`` are given to the class by the application, which Faust has make it.
    """

    settings: ClassVar[Settings]

    def __init__(self, *args: Any, loglevel: str | None = None, quiet: bool = False, **more: Any) -> None:
        log = self.settings.log
        # Faust's command has its default here where nothing was asked for.
        level = log.level if loglevel in (None, DEFAULT_LOGLEVEL) else loglevel
        super().__init__(*args, loglevel=level, quiet=quiet or log.format == "json", **more)

    def on_setup_root_logger(self, logger: logging.Logger, level: int) -> None:
        """Have the log written as the settings say."""
        for handler in logger.handlers:
            log_output.set_up(handler, self.settings.log, self.settings.web.own_url)
        # Faust's would turn with every record, and has all of them made for that, also those for debugging.
        self.spinner = None
        super().on_setup_root_logger(logger, level)

    def stop_and_shutdown(self) -> None:
        """End, and say last why, where that was an error of ours: there are many lines behind it."""
        error = sys.exc_info()[1]
        super().stop_and_shutdown()
        if isinstance(error, ChronosError):
            log.critical("%s", error)

    async def _sentinel_task(self) -> None:
        if left := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(left, timeout=LAST_SECONDS)


def calm_garbage_collection() -> None:
    """Look for cycles less often: a batch has tens of thousands of objects that live until it is written.

    Measured with windows (docs/benchmarks.md): a quarter of the CPU time of a batch went into it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def end_within(seconds: float, code: int) -> None:
    """End this process with ``code`` if it has not ended by then: what is not committed is read again."""

    def end() -> None:
        log.warning("not stopped within %g s; ending here, nothing is lost by that", seconds)
        os._exit(code)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
