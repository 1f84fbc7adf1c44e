"""Events a second through count and apply alone: decode, count, Kafka, add to panes, changelog, RocksDB."""

import asyncio
import random
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.stores.rocksdb import RocksDBOptions, Store

from bench.windows import beacons
from bench.windows.deployment import PARTITIONS, create_topics, delete_topics
from chronos.event_time import EventClock
from chronos.kafka_admin import WINDOW_BYTES
from chronos.kafka_reader import Record
from chronos.models.beacon import read_beacon
from chronos.models.decoder import Decoder
from chronos.models.message import Message, beacon_headers
from chronos.producer import Producer
from chronos.settings.sections import Limits
from chronos.sinks.windows.table import WindowTable
from chronos.windows.applying import Kept
from chronos.windows.bundles import messages
from chronos.windows.counting import Bounds, Counting
from chronos.windows.declared import BUILT_IN
from chronos.windows.local import InRocksDB
from chronos.windows.shard import Shard

EVENTS = 100  # of a beacon
AT_ONCE = 250  # beacons of a batch, as [limits] batch_events has it
BATCH_MS = 500  # between the arrivals of two batches: 50,000 events a second
SOURCES = 6
HOUR_US = 3_600_000_000


class Table:
    """Shards in RocksDBs such as Faust's store opens, without Faust."""

    def __init__(self, folder: Path, changelog: str) -> None:
        self._dbs = {
            number: RocksDBOptions(use_rocksdict=True).open(folder / f"{number}.db")
            for number in range(PARTITIONS)
        }
        self.shards = {
            number: Shard(InRocksDB(db, Store.offset_key, partial(self._dbs.get, number)))
            for number, db in self._dbs.items()
        }
        self.changelog_topic_name = changelog
        self.owned = set(self.shards)
        for shard in self.shards.values():
            shard.is_current = shard.is_loaded = True

    def written(self, partition: int, offsets: Collection[int]) -> None:
        """Remember it as Faust's store does."""
        self._dbs[partition].put(Store.offset_key, str(max(offsets)).encode())

    def close(self) -> None:
        """Let go of the files."""
        for db in self._dbs.values():
            db.close()


class Counted:
    """The producer, with how much was sent to each topic."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self.messages: dict[str, int] = {}
        self.bytes: dict[str, int] = {}

    async def send(self, message: Message) -> int:
        """Send it."""
        offset = await self._producer.send(message)
        size = len(message.value) + len(message.key or b"")
        self.messages[message.topic] = self.messages.get(message.topic, 0) + 1
        self.bytes[message.topic] = self.bytes.get(message.topic, 0) + size
        return offset

    async def partitions(self, topic: str) -> list[int]:
        """Those of a topic."""
        return await self._producer.partitions(topic)


@dataclass(frozen=True)
class Round:
    """Events a second, CPU of this process in seconds, and bytes to each topic, for a million events."""

    per_second: float
    cpu: float
    deltas: float
    changelog: float


class Pipeline:
    """From beacons in memory to panes in RocksDB, in one process as in a worker."""

    def __init__(self, topic: str, table: Table, sender: Counted, consumer: AIOKafkaConsumer) -> None:
        self._topic = topic
        self._sender, self._consumer = sender, consumer
        limits = Limits()
        self._decoder = Decoder(limits.text_length)
        bounds = Bounds(60_000_000, 24 * HOUR_US)
        self._counting = Counting(BUILT_IN, EventClock.from_limits(limits), bounds, PARTITIONS)
        kept = Kept(retention=48 * 360, lateness=24 * 360)
        self._sink = WindowTable(table, kept, sender, lambda: time.time_ns() // 1000)
        self._changelog = table.changelog_topic_name
        self._sent = self._applied = 0

    async def round(self, batches: Sequence[Sequence[Record]]) -> Round:
        """Push batches through, and measure from the first to the last acknowledgement."""
        events = sum(map(len, batches)) * EVENTS
        before, bytes_before = time.process_time(), dict(self._sender.bytes)
        began = time.perf_counter()
        counting = asyncio.create_task(self._count(batches))
        while not counting.done() or self._applied < self._sent:
            await self._apply()
        await counting
        seconds = time.perf_counter() - began
        written = {topic: size - bytes_before.get(topic, 0) for topic, size in self._sender.bytes.items()}
        millions = events / 1e6
        return Round(
            events / seconds,
            (time.process_time() - before) / millions,
            written[self._topic] / 1e6 / millions,
            written[self._changelog] / 1e6 / millions,
        )

    async def _count(self, batches: Sequence[Sequence[Record]]) -> None:
        for batch in batches:
            counted = self._counting.count([read_beacon(one, self._decoder) for one in batch], {})
            sent = [
                Message(self._topic, None, value, partition=place)
                for place, bundles in counted.bundles.items()
                for value in messages([bundle for bundle in bundles if bundle.panes])
            ]
            await asyncio.gather(*map(self._sender.send, sent))
            self._sent += len(sent)

    async def _apply(self) -> None:
        found = await self._consumer.getmany(timeout_ms=20)
        items = [
            self._sink.read(record)
            for place in sorted(found, key=lambda place: place.partition)
            for record in found[place]
        ]
        if items:
            await self._sink.write(items, {})
            self._applied += len(items)


@asynccontextmanager
async def pipeline(kafka: str) -> AsyncIterator[Pipeline]:
    """One with topics and databases of its own, which are removed at the end."""
    group = f"bench-{secrets.token_hex(4)}"
    topic = f"{group}-window_deltas"
    await create_topics(kafka, {"consumer_group": group, "window_deltas_topic": topic})
    folder = Path(tempfile.mkdtemp(prefix="chronos-bench-"))
    table = Table(folder, f"{group}-window_panes-changelog")
    try:
        async with connected(kafka) as producer, AIOKafkaConsumer(bootstrap_servers=kafka) as consumer:
            places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            yield Pipeline(topic, table, Counted(producer), consumer)
    finally:
        table.close()
        shutil.rmtree(folder)
        await delete_topics(kafka, group)


@asynccontextmanager
async def connected(kafka: str) -> AsyncIterator[Producer]:
    """The producer of windows, as a worker has it."""
    producer = Producer(kafka, 30.0, WINDOW_BYTES)
    await producer.start()
    try:
        while not producer.connected:
            await asyncio.sleep(0.05)
        yield producer
    finally:
        await producer.stop()


class Arrivals:
    """Beacons as they come out of topic `events`, batch after batch, with the times of a busy hour."""

    def __init__(self, rng: random.Random, keys: int) -> None:
        self._rng, self._keys, self._batch = rng, keys, 0
        self._began_ms = int(time.time() * 1000) - 3_600_000

    def batches(self, number: int) -> list[list[Record]]:
        """The next ones."""
        return [list(self._next()) for _ in range(number)]

    def _next(self) -> Iterator[Record]:
        now = self._began_ms + self._batch * BATCH_MS
        each = AT_ONCE // SOURCES
        for source in range(SOURCES):
            for offset in range(self._batch * each, (self._batch + 1) * each):
                value = beacons.body(self._rng, "k", EVENTS, self._keys, now)
                headers = beacon_headers(UUID(int=self._rng.getrandbits(128)), now * 1000, "bench")
                yield Record("events", source, offset, now / 1000, b"", value, headers)
        self._batch += 1


async def measure(kafka: str, rng: random.Random, keys: int, batches: int, rounds: int) -> list[Round]:
    """Rounds of ``batches`` batches, after a few that warm up."""
    arrivals = Arrivals(rng, keys)
    async with pipeline(kafka) as made:
        await made.round(arrivals.batches(max(2, batches // 4)))
        return [await made.round(arrivals.batches(batches)) for _ in range(rounds)]
