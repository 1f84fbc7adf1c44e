"""What a check found: well, to be looked at, or wrong; in a sentence, with what to do."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chronos.cli.errors import StrangeWorker
from chronos.cli.ways.way import Way
from chronos.cli.ways.workers import HttpWorker, Worker
from chronos.database.refusals import AWAY
from chronos.errors import ChronosError
from chronos.settings import Settings

log = logging.getLogger(__name__)

OK, WARNING, FAILED = "ok", "warning", "failed"


@dataclass(frozen=True)
class Finding:
    """``says`` is a sentence, ``todo`` another where something is to be done; ``data`` is for programs."""

    name: str
    state: str
    says: str
    todo: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Patient:
    """What is looked at: a deployment, its workers, and the addresses by which beacons are sent."""

    way: Way
    workers: Sequence[Worker]
    entrances: Sequence[str]

    @classmethod
    def of(cls, way: Way, urls: Sequence[str] = ()) -> "Patient":
        """All that runs, or only the workers at ``urls``."""
        if urls:
            workers = [HttpWorker.at(way.settings, url) for url in urls]
            return cls(way, workers, [worker.address for worker in workers])
        try:
            entrances = way.entrances()
        except StrangeWorker:
            entrances = []  # that no worker runs is told by their own check
        return cls(way, way.workers(), entrances)

    @property
    def settings(self) -> Settings:
        """Those of the project."""
        return self.way.settings

    @property
    def kafka(self) -> str | None:
        """Where Kafka is, None where unknown, or where it was stopped."""
        return self.way.kafka if self.way.kafka_runs else None

    @property
    def database(self) -> str | None:
        """Where TimescaleDB is, None where unknown, or where it was stopped."""
        return self.way.database if self.way.database_runs else None


Check = Callable[[Patient], Awaitable[list[Finding]]]


async def examine(name: str, check: Check, patient: Patient, seconds: float) -> list[Finding]:
    """What a check finds within so many seconds; that it fails or takes longer is a finding, too."""
    try:
        async with asyncio.timeout(seconds):
            return await check(patient)
    except TimeoutError:
        return [
            Finding(name, FAILED, f"no answer within {seconds:g} s", "see whether it is overloaded, or hangs")
        ]
    except (ChronosError, *AWAY) as error:
        return [Finding(name, FAILED, str(error) or type(error).__name__, "`chronos status` says what runs")]
    except Exception as error:
        # Where one check is at its wits' end the others still have something to say.
        log.exception("check %s", name)
        return [Finding(name, FAILED, f"could not be checked: {error!r}", "that is a bug: please report it")]
