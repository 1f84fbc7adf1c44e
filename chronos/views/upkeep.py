"""Makes and mends the continuous views beside the feeding, as long as a worker runs."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from chronos.errors import MigrationError
from chronos.views import catalog
from chronos.views.filling import Filler, Installed

log = logging.getLogger(__name__)

AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, MigrationError)


class Upkeep:
    """Fills what is declared in ``own`` and what ships, once, and later what missed events.

    ``prepare`` brings the database up to date before; ``remarks`` says what a person should look at.
    """

    def __init__(
        self, filler: Filler, own: Path, retention_days: int, prepare: Callable[[], Awaitable[None]]
    ) -> None:
        self.remarks: list[str] = []
        self._filler = filler
        self._own = own
        self._retention_days = retention_days
        self._prepare = prepare
        self._installed = False

    async def once(self) -> None:
        """Do what is to be done now; a database that is away is met again the next time."""
        try:
            if self._installed:
                self._report(await self._filler.mend(self._retention_days))
                return
            await self._prepare()
            views, wrong = catalog.readable(catalog.files(self._own))
            done = await self._filler.install(views, self._retention_days)
        except AWAY as error:
            log.warning("the views wait: %s", error or repr(error))
            return
        self._installed = True
        done.refused = [*wrong, *done.refused]
        self._report(done)

    def _report(self, done: Installed) -> None:
        for name in done.filled:
            log.info("filled view %s", name)
        found = [f"a view is not kept: {error}" for error in done.refused]
        found += [
            f"view {name} is not as it is declared, or misses events; since raw events are kept for"
            f" {self._retention_days} days only, `chronos views rebuild {name}` would forget what is older"
            for name in done.left
        ]
        for remark in found:
            if remark not in self.remarks:
                log.warning("%s", remark)
                self.remarks.append(remark)
