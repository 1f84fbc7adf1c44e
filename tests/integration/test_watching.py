"""A watch on a real Kafka and a real database, whose clock the test turns."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from databases import execute
from project import delete_topics
from worker import until

from chronos import kafka_admin
from chronos.kafka_look import look
from chronos.kafka_state import Topic
from chronos.watch import watching
from chronos.watch.incidents import Incident
from chronos.watch.ledger import Ledger
from chronos.watch.notice import Notice
from chronos.watch.telling import Teller
from chronos.watch.watching import Facts, Watch

START = 1_000_000.0
SINKS = ("store_events", "feed_views", "count_windows")


@dataclass
class Watched:
    """A watch, what it has told, and what it shows."""

    settings: Any
    folder: Path
    said: list[tuple[str, str, str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    spool: tuple[int, int] = (0, 100)
    waiting: dict[str, str] = field(default_factory=dict)
    joined: bool = True

    @property
    def name(self) -> str:
        return "watched"

    async def send(self, notice: Notice) -> str:
        self.said.append((notice.incident, notice.subject, notice.state))
        return "heard"

    @asynccontextmanager
    async def watch(self, kafka: str | None = None) -> AsyncIterator[Watch]:
        """One more, as after a restart."""
        ledger = Ledger(self.settings.timescaledb.url, "http://w", 1, self.folder / "w.json")
        ledger.restore()
        facts = Facts("http://w", lambda: self.waiting, lambda: self.spool, lambda: self.joined, lambda: True)

        async def told(notice: Notice) -> None:
            await ledger.told(notice.incident, notice.subject, notice.since, notice.state == "ended")

        teller = Teller([], told)
        bootstrap = kafka or self.settings.kafka.bootstrap
        made = Watch(bootstrap, self.settings, facts, ledger, teller, self._show)
        original = teller.tell

        async def tell(notice: Notice) -> None:
            await self.send(notice)
            await original(notice)

        teller.tell = tell  # type: ignore[method-assign]
        try:
            yield made
        finally:
            await ledger.close()

    async def topic(self, name: str) -> Topic | None:
        """A topic, once all brokers know of it."""
        names = [one.name for one in kafka_admin.topics(self.settings)]
        state = await look(self.settings.kafka.bootstrap, names, "nobody")
        return state.topics.get(name)

    def _show(self, sentences: list[str]) -> None:
        self.shown = sentences


@pytest.fixture
async def watched(settings: Any, tmp_path: Path) -> Watched:
    return Watched(settings, tmp_path)


def other(watched: Watched, **kafka: Any) -> Watched:
    """The same with other settings of Kafka."""
    section = watched.settings.kafka.model_copy(update=kafka)
    return Watched(watched.settings.model_copy(update={"kafka": section}), watched.folder)


async def test_where_all_is_well_nothing_is_told(watched: Watched) -> None:
    async with watched.watch() as watch:
        for now in (START, START + 60, START + 600):
            await watch.once(now)
    assert (watched.said, watched.shown) == ([], [])


async def test_a_deleted_topic_is_made_again_and_told_once_with_its_end(watched: Watched) -> None:
    name = watched.settings.kafka.dead_letters_topic

    async def is_gone() -> bool:
        return await watched.topic(name) is None

    async def is_there() -> bool:
        return not await is_gone()

    async with watched.watch() as watch:
        await watch.once(START)
        await delete_topics(watched.settings.kafka.bootstrap, name)
        await until(is_gone, 30, "the topic is gone")
        await watch.once(START + 5)
        assert watched.said == [("topic_missing", name, "begun")]
        assert "topic_missing" not in watched.shown[0]
        assert name in watched.shown[0]
        await watch.once(START + 15)
        assert await is_gone(), "consumers need time to see that it is gone"
        await watch.once(START + 20)
        await until(is_there, 30, "the topic is back")
    # Another worker takes over while it lasts.
    async with watched.watch() as watch:
        assert watched.said == [("topic_missing", name, "begun")]
        await watch.once(START + 25)
    assert watched.said == [("topic_missing", name, "begun"), ("topic_missing", name, "ended")]
    assert watched.shown == []


async def test_before_a_worker_has_joined_no_topic_is_missed(watched: Watched) -> None:
    name = watched.settings.kafka.dead_letters_topic
    await delete_topics(watched.settings.kafka.bootstrap, name)

    async def is_gone() -> bool:
        return await watched.topic(name) is None

    await until(is_gone, 30, "the topic is gone")
    watched.joined = False
    async with watched.watch() as watch:
        await watch.once(START)
        await watch.once(START + 60)
    assert watched.said == []
    assert await is_gone(), "it is made when a worker starts"


async def test_topic_events_gets_the_partitions_that_are_asked_for_and_windows_keep_theirs(
    watched: Watched,
) -> None:
    more = other(watched, partitions=8)
    deltas = watched.settings.kafka.window_deltas_topic
    async with more.watch() as watch:
        await watch.once(START)

        async def has_eight() -> bool:
            topic = await more.topic(more.settings.kafka.events_topic)
            return topic is not None and len(topic.partitions) == 8

        await until(has_eight, 30, "topic events has eight partitions")
        await watch.once(START + 60)
    kept = await more.topic(deltas)
    assert kept
    assert len(kept.partitions) == 6
    changelog = kafka_admin.changelog(more.settings)
    assert set(more.said) == {("window_partitions_differ", name, "begun") for name in (deltas, changelog)}
    fewer = other(watched, partitions=3)
    async with fewer.watch() as watch:
        await watch.once(START + 70)
    topic = await fewer.topic(fewer.settings.kafka.events_topic)
    assert topic
    assert len(topic.partitions) == 8


async def test_a_changed_setting_is_applied_and_what_was_set_by_hand_stays(watched: Watched) -> None:
    name, bootstrap = watched.settings.kafka.events_topic, watched.settings.kafka.bootstrap

    async def configured(watched: Watched) -> dict[str, str]:
        async with watched.watch() as watch:
            await watch.once(START)
        topic = await watched.topic(name)
        assert topic
        return {one: topic.configs[one] for one in topic.own if one.startswith(("retention", "segment"))}

    async def becomes(watched: Watched, expected: dict[str, str]) -> None:
        async def is_so() -> bool:
            return await configured(watched) == expected

        await until(is_so, 30, str(expected))

    week = {"retention.ms": "604800000"}
    await becomes(watched, week)
    await kafka_admin.configure(bootstrap, name, {"retention.ms": "-1"})
    await becomes(watched, {"retention.ms": "-1"})
    budget = other(watched, retention_hours=2, retention_bytes=240_000_000)
    # 40 MB for each of 6 partitions: 35 MB, and a segment of 5 MB that is never deleted.
    expected = {"retention.ms": "7200000", "retention.bytes": "35000000", "segment.bytes": "5000000"}
    await becomes(budget, expected)
    await becomes(watched, week)


async def test_kafka_that_is_away_is_told_also_when_the_database_is_away_too(
    make_settings: Any, tmp_path: Path
) -> None:
    found = await make_settings()
    nowhere = found.timescaledb.model_copy(update={"url": "postgresql://me@127.0.0.1:1/none"})
    away = Watched(found.model_copy(update={"timescaledb": nowhere}), tmp_path)
    for seconds in (0, 40):  # the second is a worker that is started again
        async with away.watch("127.0.0.1:1") as watch:
            await watch.once(START + seconds)
            await watch.once(START + seconds + 35)
    assert sorted(away.said) == [("database_away", "", "begun"), ("kafka_unreachable", "", "begun")]
    back = Watched(found, tmp_path)
    async with back.watch() as watch:
        await watch.once(START + 80)
        await watch.once(START + 100)
    assert sorted(back.said) == [("database_away", "", "ended"), ("kafka_unreachable", "", "ended")]


async def test_a_full_spool_and_a_sink_that_waits_are_told(watched: Watched) -> None:
    watched.spool, watched.waiting = (99, 100), {"store_events": "the database is away"}
    async with watched.watch() as watch:
        await watch.once(START)
        await watch.once(START + 30)
        watched.spool, watched.waiting = (0, 100), {}
        for seconds in (35, 50, 95):
            await watch.once(START + seconds)
    begun = [(name, "http://w", "begun") for name in ("spool_filling", "spool_full")]
    assert watched.said[:3] == [*begun, ("sink_waits", "store_events", "begun")]
    assert sorted(watched.said[3:]) == sorted(
        (name, subject, "ended") for name, subject, _ in watched.said[:3]
    )


@pytest.fixture
async def others(watched: Watched, tmp_path: Path) -> AsyncIterator[Ledger]:
    """The ledger of another worker, which watched before."""
    ledger = Ledger(watched.settings.timescaledb.url, "http://gone", 1, tmp_path / "gone.json")
    yield ledger
    await ledger.close()


async def test_what_lasts_goes_on_and_what_a_worker_that_is_gone_has_seen_ends(
    watched: Watched, others: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nobody can tell for a while: of brokers, when none answers."""
    monkeypatch.setattr(watching, "GONE_SECONDS", 1.0)
    begun = round(time.time(), 3)
    for name, subject in (("spool_full", "http://gone"), ("broker_away", "2")):
        await others.begin(Incident(name, subject, "so it was", begun))
    await others.close()
    watched.spool = (60, 100)
    async with watched.watch("127.0.0.1:1") as watch:

        async def has_ended() -> bool:
            await watch.once(round(time.time(), 3))
            return ("spool_full", "http://gone", "ended") in watched.said

        await until(has_ended, 30, "it has ended")
        for _ in range(8):
            await asyncio.sleep(0.3)
            await watch.once(round(time.time(), 3))
    ours = [one for one in watched.said if one[0] != "kafka_unreachable"]
    assert ours == [("spool_filling", "http://w", "begun"), ("spool_full", "http://gone", "ended")]
    assert any("so it was" in one for one in watched.shown), "the broker may still be away"


async def test_what_nobody_was_told_of_is_told_by_whoever_watches_next(
    watched: Watched, others: Ledger
) -> None:
    begun = round(time.time(), 3)
    await others.begin(Incident("broker_away", "2", "broker 2 is away", begun))
    assert await others.untold()
    await others.close()
    async with watched.watch() as watch:
        await watch.once(begun + 5)
    assert await others.untold() == []


async def test_old_beacons_that_nobody_has_stored_are_told(watched: Watched) -> None:
    kafka = watched.settings.kafka
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all") as producer:
        await producer.send_and_wait(kafka.events_topic, b"old", partition=1, timestamp_ms=1000)
    async with watched.watch() as watch:
        await watch.once(START)
        await watch.once(START + 15)
    assert watched.said == [("lag_old", sink, "begun") for sink in SINKS]
    assert "1 messages wait for store_events" in watched.shown[0]


async def test_what_kafka_deletes_unread_is_told_while_the_database_is_away(
    watched: Watched, services: Any
) -> None:
    topic, url = watched.settings.kafka.events_topic, watched.settings.timescaledb.url
    async with AIOKafkaProducer(bootstrap_servers=watched.settings.kafka.bootstrap, acks="all") as producer:
        for _ in range(9):
            await producer.send_and_wait(topic, b"beacon", partition=0)
    mark = "insert into watermarks (sink, topic, partition, next_offset) values"
    await execute(url, f"{mark} ('store_events', '{topic}', 0, 1)")
    name = url.rpartition("/")[2]
    async with watched.watch() as watch:
        await watch.once(START)
        await execute(
            services.timescaledb,
            f'alter database "{name}" with allow_connections false',
            f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'",
        )
        await delete_records(watched.settings.kafka.bootstrap, topic, 0, before=6)
        await watch.once(START + 10)
    assert ("unread_deleted", "store_events", "begun") in watched.said
    assert any("Kafka deleted 5 messages that store_events had not read" in one for one in watched.shown)


async def delete_records(kafka: str, topic: str, partition: int, before: int) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await client.start()
    try:
        await client.delete_records({TopicPartition(topic, partition): RecordsToDelete(before_offset=before)})
    finally:
        await client.close()
