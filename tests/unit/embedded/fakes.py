"""A service for tests: a Python process that is ready when the test says so."""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import ClassVar

from chronos.embedded.process import Launch
from chronos.embedded.service import Service
from chronos.errors import ServiceError
from chronos.settings import Settings

SLEEP = "import time; time.sleep(600)"


class FakeService(Service):
    """What it does is set on the class, so that every instance made for a name does it."""

    program = "python"
    stop_seconds = 20.0
    code = SLEEP
    unprepared: str | None = None
    not_ready: ClassVar[dict[str, str]] = {}
    moved_to: ClassVar[dict[str, str]] = {}
    needs: ClassVar[dict[str, list[str]]] = {}
    ran_before = False

    @property
    def marker(self) -> str:
        return str(self.settings.home / "fake" / self.name)

    @property
    def address(self) -> str | None:
        return self.moved_to.get(self.name, f"{self.name}:1")

    def prepare(self) -> None:
        if self.unprepared:
            raise ServiceError(service=self.name, reason=self.unprepared)

    def launch(self) -> Launch:
        return Launch([sys.executable, "-c", self.code, self.marker], self.settings.home, os.environ)

    def waits_for(self) -> list[str]:
        return self.needs.get(self.name, [])

    async def problem(self) -> str | None:
        return self.not_ready.get(self.name)


def settings_in(home: os.PathLike[str]) -> Settings:
    return Settings().model_copy(update={"home": home})


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Give way to other tasks until ``condition`` is true."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110, the condition is another process
            await asyncio.sleep(0.01)
