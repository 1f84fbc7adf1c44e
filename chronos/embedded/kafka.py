"""Apache Kafka: a KRaft node, broker and controller in one; alone, or one of three."""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from chronos.embedded import broker_configuration, brokers, jars, java
from chronos.embedded.process import Child, Launch
from chronos.embedded.service import Service
from chronos.embedded.storage import Storage
from chronos.settings import Settings

SETTLE_SECONDS = 15.0  # after it is ready: workers start meanwhile
HEAP_MEGABYTES = {1: 512, 3: 320}
FORMAT = "kafka.tools.StorageTool"


class Kafka(Service):
    """Durable in ``home/kafka`` or ``home/kafka-N``, reachable from this machine only."""

    program = "java"
    # On a full disk it takes its logs for damaged, that of its metadata among them, and cuts them to nothing:
    # all topics would be gone.
    room_bytes = 100_000_000

    def __init__(self, name: str, settings: Settings) -> None:
        super().__init__(name, settings)
        self.brokers = brokers.names(settings)
        self.storage = Storage(settings.home, self.brokers)

    @property
    def folder(self) -> Path:
        """Its data and its configuration."""
        return self.settings.home / self.name

    @property
    def place(self) -> Path:
        """That of its data, which may be a disk of its own."""
        return self.storage.folder(self.name)

    @property
    def properties(self) -> Path:
        """Its configuration, written anew at each start."""
        return self._properties(self.name)

    @property
    def marker(self) -> str:
        """The path of its configuration."""
        return str(self.properties)

    @property
    def address(self) -> str | None:
        """host:port of the broker."""
        return brokers.address(self.chosen, self.name) if self.port else None

    @property
    def notes(self) -> Path:
        """Which classes the archive should have, written where there is none yet."""
        return self.folder / "classes"

    def waits_for(self) -> Sequence[str]:
        """Brokers that have to run first: where its data is gone, those from which it gets it again."""
        whole = self.storage.whole()
        return whole if self.storage.is_gone(self.name) and 2 * len(whole) > len(self.brokers) else ()

    def prepare(self) -> None:
        """Fetch the jars, choose ports, write the configuration, and format the data folder once."""
        self.storage.refuse_other_layout()
        self.folder.mkdir(parents=True, exist_ok=True)
        jars.ensure(_say)
        brokers.choose_ports(self.chosen, self.brokers, self._lives)
        if not self.storage.is_there(self.name):
            self._begin()
        self.storage.remember(self.name)
        self._configure(self.storage.folder(self.name))

    def knows_others(self) -> bool:
        """Whether it was started with the ports that the others have now."""
        line = broker_configuration.voters(self.chosen, self.brokers)
        return not self.properties.exists() or line in self.properties.read_text().splitlines()

    def launch(self) -> Launch:
        """Java, with the archive of its classes."""
        command = self._java()
        options = java.archive(command).options(self.notes)
        return Launch([*command, *options, "kafka.Kafka", self.marker], self.folder, java.environment())

    async def problem(self) -> str | None:
        """Whether the broker answers."""
        from chronos import kafka_admin

        answers = await kafka_admin.broker_ready(self.address or "", brokers.node(self.name))
        return None if answers else "the broker does not answer"

    async def settled(self) -> None:
        """Make the archive of classes, from which the next start gains."""
        await asyncio.sleep(SETTLE_SECONDS)
        if self.notes.exists():
            command = self._java()
            await java.archive(command).make(command, java.environment(), self.notes)

    def _begin(self) -> None:
        """Format its data folder; where there was one before, say what that means."""
        whole = self.storage.whole()
        if self.storage.is_gone(self.name):
            gone = f"its data was gone at {time.strftime('%Y-%m-%d %H:%M:%S')}"
            self.began_anew = not whole
            if self.began_anew:
                self.storage.forget()
            self.note = (
                f"{gone}; it gets it again from {' and '.join(whole)}"
                if whole
                else f"{gone}: beacons that no database had yet are lost, and the topics are made anew"
            )
        self.storage.format(self.name, lambda fresh: self._format(fresh, whole))

    def _format(self, fresh: Path, whole: Sequence[str]) -> None:
        self._configure(fresh)
        java.run_tool(self._java(), FORMAT, "format", "-t", self.storage.cluster_id(), "-c", self.marker)
        if self.storage.is_gone(self.name) and whole and 2 * len(whole) < len(self.brokers):
            self.storage.seed(fresh, whole[0])

    def _configure(self, data: Path) -> None:
        self.properties.write_text(broker_configuration.text(self.settings, self.chosen, self.name, data))

    def _java(self) -> list[str]:
        return java.command(HEAP_MEGABYTES[len(self.brokers)])

    def _lives(self, name: str) -> bool:
        return Child.find(self.program, str(self._properties(name))) is not None

    def _properties(self, name: str) -> Path:
        return self.settings.home / name / "server.properties"


def _say(there: int, jars_in_all: int, megabytes: float, megabytes_in_all: float) -> None:
    print(
        f"jars of Kafka: {there}/{jars_in_all}, {megabytes:.0f} of {megabytes_in_all:.0f} MB", file=sys.stderr
    )
