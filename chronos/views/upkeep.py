"""Makes and mends the continuous views beside the feeding, as long as a worker runs."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from chronos.database.refusals import AWAY
from chronos.errors import MigrationError, UnsupportedView
from chronos.views import catalog
from chronos.views.filling import Filler, Installed
from chronos.views.planning import is_outdated

log = logging.getLogger(__name__)


class Upkeep:
    """Fills what is declared in ``own`` and what ships, once, and later what missed events.

    ``prepare`` brings the database up to date before; ``remarks`` says what a person should look at now.
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
        self._refused: dict[str, UnsupportedView] = {}

    async def once(self) -> None:
        """Do what is to be done now; a database that is away is met again the next time."""
        try:
            if not self._installed:
                await self._prepare()
                views, _ = catalog.readable(catalog.files(self._own))
                self._note(await self._filler.install(views, self._retention_days))
                self._installed = True
            # What was refused is so again, at the same cost, until its file changes and a worker starts.
            self._note(await self._filler.mend(self._retention_days, self._refused.keys()))
            self._remark(await self._filler.known())
        except (*AWAY, MigrationError) as error:
            log.warning("the views wait: %s", error or repr(error))
        except Exception:
            # The worker has more to do than that.
            log.exception("the views could not be looked after; tried again")

    def _note(self, done: Installed) -> None:
        for name in done.filled:
            log.info("filled view %s", name)
        self._refused |= done.refused

    def _remark(self, known: list[catalog.Entry]) -> None:
        found = list(self._found(known))
        for remark in found:
            if remark not in self.remarks:
                log.warning("%s", remark)
        self.remarks[:] = found

    def _found(self, known: list[catalog.Entry]) -> Iterator[str]:
        views, wrong = catalog.readable(catalog.files(self._own))
        for error in wrong:
            yield f"a file of a view is not taken: {error}"
        by_name = {entry.name: entry for entry in known}
        for view in views:
            entry = by_name.pop(view.name, None)
            if entry is not None and (entry.state == catalog.DROPPED or not is_outdated(view, entry)):
                continue
            if view.name in self._refused:
                yield f"view {view.name} is not kept as it is declared: {self._refused[view.name]}"
            elif entry is not None and entry.state == catalog.LIVE and self._retention_days:
                yield (
                    f"view {view.name} is not as it is declared, or misses events; `chronos views rebuild"
                    f" {view.name}` would forget what is older than raw events are kept,"
                    f" {self._retention_days} days"
                )
            else:
                yield f"view {view.name} is not filled as it is declared: `chronos migrate` does that"
        for name, entry in by_name.items():
            if entry.state != catalog.DROPPED and not wrong:
                yield f"view {name} has no file any more: `chronos views drop {name}` ends it"
