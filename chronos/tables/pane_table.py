"""A Faust table whose partitions are shards of panes.

Faust assigns the partitions, and knows which worker has which. Beyond that this table differs from Faust's
windowed ones, which expire by the clock on the wall, drop windows without a word, stop all agents while they
are brought back, and write to the changelog after the local store: here the changelog comes first, so that
nothing is local that would be lost with this worker.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

import faust
from faust.stores.rocksdb import Store as RocksDBStore
from faust.types import TP, EventT

from chronos.app import Chronos
from chronos.errors import KafkaUnavailable, LocalStoreFailed
from chronos.kafka_reader import Between
from chronos.tables.damage import reopened, set_aside_damaged
from chronos.tables.recovery import RETRY_SECONDS, Recovery
from chronos.windows.local import InMemory, InRocksDB, Local
from chronos.windows.shard import Shard

log = logging.getLogger(__name__)


class PaneTable(faust.Table[bytes, bytes]):
    """``shards`` by partition are those that this worker has; they are written by agent `apply_deltas`.

    ``between(partition, start, end)`` reads the changelog.
    """

    app: Chronos

    def __init__(self, *args: Any, between: Between, **kwargs: Any) -> None:
        super().__init__(*args, key_type=bytes, value_type=bytes, **kwargs)
        self.shards: dict[int, Shard] = {}
        self._recovery = Recovery(between, self._persist)
        self._ends: dict[int, int] = {}

    @property
    def owned(self) -> set[int]:
        """The partitions that Faust has assigned to this worker."""
        return self.app.assigned(self.changelog_topic_name)

    @property
    def recovering(self) -> list[int]:
        """Those of them that are being brought back, and are not answered for yet."""
        return sorted(number for number, shard in self.shards.items() if not shard.ready)

    @property
    def keys_held(self) -> int:
        """How many keys it holds in memory, counted in each view and partition."""
        return sum(len(view.keys) for shard in self.shards.values() for view in shard.views.values())

    def written(self, partition: int, offsets: Collection[int]) -> None:
        """Remember that the local store has what we wrote to the changelog."""
        if (held := self.shards[partition].wrote(offsets)) is not None:
            self._persist(partition, held)

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Let go of what others have now, and bring back what they have written of what is here."""
        for partition in set(self.shards) - self.owned:
            self._recovery.end(partition)
            del self.shards[partition]
        for partition in self.owned:
            if isinstance(self.data, RocksDBStore):
                await set_aside_damaged(self.data, partition)
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)
        self._ends = await self._until_known()
        for partition, end in self._ends.items():
            self._recovery.begin(partition, self._shard(partition, end), end)

    def persisted_offset(self, tp: TP) -> int | None:
        """Tell Faust that it has nothing to bring back."""
        return self._ends.get(tp.partition, 0) - 1

    def apply_changelog_batch(self, batch: Iterable[EventT[Any]]) -> None:
        """Take in what Faust read all the same, since it was written a moment ago."""
        for event in batch:
            if (shard := self.shards.get(event.message.partition)) is not None:
                shard.restore([(event.message.key, event.message.value)])

    async def on_stop(self) -> None:
        """Leave the changelog alone."""
        self._recovery.end_all()
        self.shards.clear()

    async def _until_known(self) -> dict[int, int]:
        """The offset behind the last message of each partition of ours, as soon as Kafka tells."""
        while True:
            try:
                return await self.app.ends(self.changelog_topic_name, self.owned)
            except KafkaUnavailable as error:  # with it, the worker would end
                log.warning("the windows wait: %s", error)
                await asyncio.sleep(RETRY_SECONDS)

    def _persist(self, partition: int, offset: int) -> None:
        """Remember that the local store has all of the changelog up to ``offset``."""
        try:
            self.data.set_persisted_offset(TP(self.changelog_topic_name, partition), offset)
        except Exception as error:  # RocksDB has no class of its own
            raise LocalStoreFailed(reason=str(error)) from error

    def _shard(self, partition: int, end: int) -> Shard:
        """The shard of a partition whose changelog ends before offset ``end``."""
        shard = self.shards.get(partition)
        if shard is None:
            held = self.data.persisted_offset(TP(self.changelog_topic_name, partition))
            shard = self.shards[partition] = Shard(self._local(partition), -1 if held is None else held)
        if shard.held >= end:
            # What is local stays: it may be all that there is.
            log.warning("the changelog of windows was made anew in partition %d", partition)
            shard.begin_anew()
        return shard

    def _local(self, partition: int) -> Local:
        store = self.data
        if not isinstance(store, RocksDBStore):
            return InMemory()
        open_db: Callable[[int], Any] = store._db_for_partition
        return InRocksDB(open_db(partition), store.offset_key, partial(reopened, store, partition))
