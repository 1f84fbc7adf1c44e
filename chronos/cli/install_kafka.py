"""`chronos install-kafka`."""

import asyncio
import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from chronos.settings import Settings

TIMEOUT_SECONDS = 180.0

Say = Callable[[str], None]


@click.command("install-kafka")
@click.option("--brokers", type=click.Choice(["1", "3"]), help="How many run here; as many as before, or 1.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def install_kafka(brokers: str | None, quiet: bool) -> None:
    """Fetch Kafka, format the storage of each broker, and make the topics as the settings say.

    With --brokers 3 a cluster of three brokers runs on this machine: one of them may die, or lose its data,
    and nothing is held up. Brokers that did not run before are stopped again. Safe to repeat: what is there
    stays as it is. With [kafka] bootstrap only the topics are made, there.

    \b
    Examples:
      chronos install-kafka
      chronos install-kafka --brokers 3
    """
    from chronos.cli import project, ways
    from chronos.cli.errors import KafkaElsewhere

    def say(line: str) -> None:
        if not quiet:
            click.echo(line)

    settings = project.settings()
    ways.of(settings).check_is_here("install-kafka")
    if settings.kafka.bootstrap is None:
        _install(_with_brokers(settings, brokers, say), quiet, say)
    elif brokers:
        raise KafkaElsewhere(bootstrap=settings.kafka.bootstrap)
    else:
        say(f"Kafka is given by [kafka] bootstrap: {settings.kafka.bootstrap}")
        _make_topics(settings, say)


def _with_brokers(settings: "Settings", count: str | None, say: Say) -> "Settings":
    """The settings with that many brokers, also in chronos.toml; refused where data would be left behind."""
    from chronos.cli import configfile, project
    from chronos.cli.errors import BrokersFromEnvironment
    from chronos.embedded.storage import Storage

    if count is None or int(count) == settings.kafka.brokers:
        return settings
    if os.environ.get("CHRONOS_KAFKA_BROKERS"):
        raise BrokersFromEnvironment
    names = ("kafka",) if count == "1" else ("kafka-1", "kafka-2", "kafka-3")
    Storage(settings.home, names).refuse_other_layout()
    configfile.set_value("kafka", "brokers", int(count))
    say(f"Set brokers = {count} in [kafka] of chronos.toml")
    return project.settings()


def _install(settings: "Settings", quiet: bool, say: Say) -> None:
    from chronos.embedded import brokers, client
    from chronos.embedded.home import Home
    from chronos.embedded.storage import Storage

    home, names = Home(settings.home), brokers.names(settings)
    storage = Storage(settings.home, names)
    storage.refuse_other_layout()
    _fetch(quiet, say)
    there, before = storage.whole(), set(client.overview(home).desired.services)
    desired = client.change(home, lambda now: now | set(names))
    client.wait_running(home, desired.revision, names, TIMEOUT_SECONDS, lambda _: None)
    for name in names:
        found = f"The data of {name} is in" if name in there else f"Formatted {name} in"
        say(f"{found} {storage.folder(name)}")
    _make_topics(settings, say)
    if started := set(names) - before:
        desired = client.change(home, lambda now: now - started)
        client.wait_stopped(home, desired.revision, started, TIMEOUT_SECONDS)
        say("Kafka does not run: `chronos start` starts it")


def _fetch(quiet: bool, say: Say) -> None:
    from chronos.cli.progress import Progress
    from chronos.embedded import jars

    pinned = jars.pinned()
    with Progress(io.StringIO() if quiet else sys.stderr) as progress:
        folder = jars.ensure(progress)[0].parent
    say(f"Kafka's {len(pinned)} jars are in {folder}, each as it was pinned")


def _make_topics(settings: "Settings", say: Say) -> None:
    """Make those that are missing, and say how."""
    from chronos import addresses, kafka_admin

    made = asyncio.run(kafka_admin.create_topics(addresses.kafka(settings), settings))
    for topic in kafka_admin.topics(settings):
        if topic.name in made:
            hours = int(topic.topic_configs["retention.ms"]) // kafka_admin.MILLISECONDS_PER_HOUR
            in_sync = topic.topic_configs.get("min.insync.replicas", "1")
            say(
                f"Made topic {topic.name}: {topic.num_partitions} partitions, {topic.replication_factor}"
                f" replicas of which {in_sync} in sync take a message, kept for {hours} h"
            )
        else:
            say(f"Topic {topic.name} is there, and stays as it is")
