"""What the supervisor has to know of a service."""

import shutil
import signal
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from chronos.embedded.chosen import Chosen
from chronos.embedded.home import Home
from chronos.embedded.process import Launch
from chronos.settings import Settings


class Service(ABC):
    """A program that runs as one process, and how to tell that it is ready."""

    program: str
    """Part of the name of its executable."""
    stop_signal = signal.SIGTERM
    stop_seconds = 20.0
    ready_seconds = 60.0
    room_bytes = 0
    """Free disk that it has to find when it starts."""
    note: str | None = None
    """Something that its owner should know, though nothing is wrong."""
    began_anew = False
    """Whether it lost what others rely on, and they have to start again."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        self.home = Home(settings.home)
        self.chosen = Chosen(self.home)

    @property
    @abstractmethod
    def marker(self) -> str:
        """An argument of its command that no other process has."""

    @property
    @abstractmethod
    def address(self) -> str | None:
        """Where it listens, once that is known."""

    @property
    def port(self) -> int | None:
        """The port that was chosen for it."""
        return self.chosen.kept_port(self.name)

    def waits_for(self) -> Sequence[str]:
        """Names of the services that have to run before it starts."""
        return ()

    @property
    def ran_before(self) -> bool:
        """Whether what it waits for was there once, so that it can go on without that."""
        return False

    @property
    def place(self) -> Path:
        """On whose disk it writes."""
        return self.settings.home

    def lacks_room(self) -> str | None:
        """Why it must not start on a disk that is full; None when there is room."""
        there = next(folder for folder in (self.place, *self.place.parents) if folder.exists())
        free = shutil.disk_usage(there).free
        if free >= self.room_bytes:
            return None
        return (
            f"the disk of {there} is full: {free / 1e6:,.1f} MB are free, and {self.name} starts by itself"
            f" as soon as {self.room_bytes / 1e6:,.0f} MB are"
        )

    @abstractmethod
    def prepare(self) -> None:
        """Make all that it needs and choose its port; may block, is called before each start."""

    @abstractmethod
    def launch(self) -> Launch:
        """How to start it."""

    @abstractmethod
    async def problem(self) -> str | None:
        """What keeps it from being used; None when it is ready."""

    async def settled(self) -> None:
        """Do what can wait until it is ready; cancelled when its process ends."""
        return
