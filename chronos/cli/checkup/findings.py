"""What a check found: well, to be looked at, or wrong; in a sentence, with what to do."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

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
    """What is looked at: the settings, the workers' addresses, and where services are, None where unknown."""

    settings: Settings
    workers: list[str]
    kafka: str | None
    database: str | None


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
