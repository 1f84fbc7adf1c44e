"""Looks every few seconds whether all is well; one worker looks at Kafka for all of them."""

import asyncio
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from mode import Service

from chronos import kafka_admin
from chronos.errors import ChronosError, ServiceError, SinkUnavailable
from chronos.kafka_look import look
from chronos.settings import Settings
from chronos.watch import disk, judging, judging_lag, measuring
from chronos.watch.incidents import Condition, Incident, remark
from chronos.watch.judging import Judgement
from chronos.watch.lag import Watermarks
from chronos.watch.ledger import Ledger
from chronos.watch.mending import Mender
from chronos.watch.notice import Notice
from chronos.watch.seeing import Seen
from chronos.watch.telling import Teller
from chronos.watch.timing import Timing

log = logging.getLogger(__name__)

GONE_SECONDS = 600.0  # after which an incident that nobody sees any more has ended


@dataclass(frozen=True)
class Facts:
    """What only the worker itself can say: where it is, for what its sinks wait, how full its spool is.

    ``has_joined`` is whether Kafka has given it partitions; ``is_first`` whether it would watch for all if
    the database could not say who does.
    """

    worker: str
    waiting: Callable[[], Mapping[str, str]]
    spool: Callable[[], tuple[int, int]]
    has_joined: Callable[[], bool]
    is_first: Callable[[], bool]


class Watch(Service):
    """Looks, mends, judges, notes and tells; ``show`` is given what lasts, one sentence each."""

    def __init__(
        self,
        bootstrap: str,
        settings: Settings,
        facts: Facts,
        ledger: Ledger,
        teller: Teller,
        show: Callable[[list[str]], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._bootstrap = bootstrap
        self._settings = settings
        self._facts = facts
        self._ledger = ledger
        self._teller = teller
        self._show = show
        self._mender = Mender(bootstrap, settings, ledger)
        self._timing = Timing()
        self._trends = judging_lag.Trends.of(settings)
        self._watermarks: Watermarks | None = None
        self._led_since: float | None = None

    async def on_start(self) -> None:
        """Take up what was known before."""
        self._ledger.restore()

    async def on_stop(self) -> None:
        """Let another worker watch."""
        await self._ledger.close()

    @Service.task
    async def _keep_telling(self) -> None:
        await self._teller.run()

    @Service.task
    async def _keep_watching(self) -> None:
        while not self.should_stop:
            try:
                await self.once(round(time.time(), 3))
            except Exception:  # whatever it was, it is looked again
                log.exception("this look has failed")
            await self.sleep(self._settings.alerts.look_seconds)

    async def once(self, now: float) -> None:
        """Look, and do what follows from it."""
        problem = await self._read()
        leads = self._ledger.leads if self._ledger.leads is not None else self._facts.is_first()
        seen = replace(await self._see(now, leads), database_problem=problem)
        judgement = judging.of_worker(seen, self._settings, self._facts.worker, self._disk)
        if leads:
            if seen.kafka is not None and self._facts.has_joined():
                await self._mender.mend(now, seen.kafka)
            judgement += self._for_all(seen)
        await self._note(now, judgement)
        if problem is None:
            await self._catch_up(now, leads, judgement)
        ongoing = self._ledger.ongoing.values()
        measuring.measure(seen, self._settings, self._ledger.ongoing)
        self._show([remark(one) for one in ongoing])

    @cached_property
    def _disk(self) -> str:
        return disk.named(self._settings.home)

    async def _read(self) -> str | None:
        """Read what lasts; why that cannot be done."""
        try:
            await self._ledger.read()
        except SinkUnavailable as error:
            return str(error)
        return None

    async def _see(self, now: float, leads: bool) -> Seen:
        free = await asyncio.to_thread(_free, self._settings)
        seen = Seen(now, spool=self._facts.spool(), disk_free=free)
        if not leads:
            return seen
        names = [topic.name for topic in kafka_admin.topics(self._settings)]
        await self._read_watermarks(names)
        seen = replace(
            seen,
            watermarks=self._watermarks,
            waiting=self._facts.waiting(),
            refused=dict(self._mender.refused),
        )
        group, fresh = self._settings.kafka.consumer_group, self._settings.alerts.lag_old_minutes * 60
        try:
            return replace(seen, kafka=await look(self._bootstrap, names, group, fresh))
        except ServiceError as error:
            return replace(seen, kafka_problem=str(error))

    async def _read_watermarks(self, topics: Sequence[str]) -> None:
        """Those of now; while the database is away they stand still, and what Kafka deletes goes on."""
        with suppress(SinkUnavailable):
            self._watermarks = await self._ledger.watermarks(topics)

    def _for_all(self, seen: Seen) -> Judgement:
        self._trends.add(seen, self._settings)
        judgement = judging.of_kafka(seen, self._settings)
        if not self._facts.has_joined():  # topics may be missing because nothing was started before
            early = {"topic_missing", "partitions_fewer", "window_partitions_differ"}
            conditions = [one for one in judgement.conditions if one.name not in early]
            judgement = Judgement(conditions, judgement.judged - early)
        return judgement + judging_lag.of_lag(seen, self._trends, self._settings)

    async def _note(self, now: float, judgement: Judgement) -> None:
        ours = self._ours(judgement)
        for incident in self._timing.changes(now, judgement.conditions, judgement.judged, ours):
            change = self._ledger.begin if incident.ended is None else self._ledger.end
            if await change(incident):
                await self._teller.tell(Notice.of(incident))

    def _ours(self, judgement: Judgement) -> Mapping[tuple[str, str], Incident]:
        """What lasts and is for this worker to judge: of what each sees for itself, only its own."""
        own = {self._facts.worker, self._disk}
        return {
            key: one
            for key, one in self._ledger.ongoing.items()
            if not one.kind.everywhere or one.subject in own
        }

    async def _catch_up(self, now: float, leads: bool, judgement: Judgement) -> None:
        """What needs the database: note what is still so, tell what was not told, end what is left."""
        try:
            await self._ledger.see([*judgement.conditions, *(self._unknown(judgement) if leads else ())])
            if not leads:
                self._led_since = None
            elif self._led_since is None:
                self._led_since = now
                await self._tell_again()
            elif now - self._led_since > GONE_SECONDS:
                for incident in await self._ledger.leave(now - GONE_SECONDS):
                    await self._teller.tell(Notice.of(incident))
        except ChronosError as error:
            log.info("not everything is noted: %s", error)

    def _unknown(self, judgement: Judgement) -> Iterator[Condition]:
        """What lasts and nobody can tell of now, as of brokers when none answers: it is not over."""
        for one in self._ledger.ongoing.values():
            if not one.kind.everywhere and one.name not in judgement.judged:
                yield Condition(one.name, one.subject, one.summary)

    async def _tell_again(self) -> None:
        """Send what whoever watched before could not."""
        for incident, begin_is_told in await self._ledger.untold():
            if not begin_is_told:
                await self._teller.send(Notice.of(replace(incident, ended=None)))
            if incident.ended is not None:
                await self._teller.send(Notice.of(incident))


def _free(settings: Settings) -> int | None:
    try:
        return shutil.disk_usage(settings.home).free
    except OSError:
        return None
