"""Stores again what is missing in the database of that which Kafka still has; changes nothing else.

`store_events` goes by its watermark, and does not look at what lies below. This does: a beacon below the
watermark whose id is not in table `beacons` was never stored, or was deleted by hand, id and rows. It is
claimed and stored in one transaction, and the watermark stays where it is. So views and windows, which go by
watermarks of their own, see none of it twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from chronos.database.queries import query
from chronos.errors import BatchRejected
from chronos.models.beacon import Beacon
from chronos.models.dead_letter import DeadLetter
from chronos.sinks.timescaledb.dead_letters import letter_columns
from chronos.sinks.timescaledb.raw_events import RawEvents

MARGIN = timedelta(hours=1)  # by which clocks may differ when ids are forgotten


@dataclass
class Replayed:
    """What became of beacons: how many were ``missing``, were there, and whose those are that were neither.

    ``ahead`` are those that workers have not come to yet; ``forgotten`` are older than ids are kept, and so
    nobody can tell. ``events`` and ``letters`` are what was stored.
    """

    read: int = 0
    missing: int = 0
    there: int = 0
    ahead: int = 0
    forgotten: int = 0
    events: int = 0
    letters: int = 0

    def __add__(self, other: "Replayed") -> "Replayed":
        """Both together."""
        return Replayed(*(mine + theirs for mine, theirs in zip(self._all, other._all, strict=True)))

    @property
    def _all(self) -> tuple[int, ...]:
        return (
            *(self.read, self.missing, self.there, self.ahead, self.forgotten),
            *(self.events, self.letters),
        )


class Replay(RawEvents):
    """Goes through beacons of a topic again; `mend` may run beside workers, and any number of times."""

    async def mend(self, beacons: Sequence[Beacon], *, keep: bool = True) -> Replayed:
        """Store those that are missing; without ``keep`` only count them. Raises SinkUnavailable."""
        try:
            return await self._mend(beacons, keep)
        except BatchRejected as error:
            if len(beacons) > 1:
                middle = len(beacons) // 2
                return await self.mend(beacons[:middle]) + await self.mend(beacons[middle:])
            rest, letters = await self.isolate(beacons[0], error)
            if not letters:
                raise
            return await self._mend([rest], keep, letters)

    async def _mend(
        self, beacons: Sequence[Beacon], keep: bool, letters: Sequence[DeadLetter] = ()
    ) -> Replayed:
        async with self._connection.transaction() as connection:
            done, missing = await self._sort(connection, beacons)
            new: list[Beacon] = []
            if missing and keep:
                # From here on `store_events` waits for us, and then finds what we have stored.
                ends = await self._watermarks.lock(connection, {item.partition for item in missing})
                below = [item for item in missing if item.offset < ends[item.partition]]
                new = await self._claim(connection, below)
                done.events = (await self._store(connection, new)).events
                done.missing = len(new)
                done.there += len(missing) - len(new)
                letters = [*letters, *(one for item in new for one in self.dead_letters(item))]
                if new and letters:
                    await connection.execute(query("add_dead_letters"), *letter_columns(letters))
                    done.letters = len(letters)
        self._remember(new)
        return done

    async def _sort(
        self, connection: asyncpg.Connection, beacons: Sequence[Beacon]
    ) -> tuple[Replayed, list[Beacon]]:
        """Count beacons by what became of them, and return those that are missing, each once."""
        # The watermarks first: what lies below them was stored, and its id is seen by what is asked next.
        ends = await self._watermarks.next_offsets(connection)
        rows = await connection.fetch(query("known_beacons"), [item.id for item in beacons])
        known = {row["id"] for row in rows}
        oldest = self._now() - self._ids_kept + MARGIN
        done = Replayed(read=len(beacons))
        missing: list[Beacon] = []
        for item in beacons:
            if item.offset >= ends.get(item.partition, 0):
                done.ahead += 1
            elif item.id in known:
                done.there += 1
            elif item.time <= oldest:
                done.forgotten += 1
            else:
                known.add(item.id)
                missing.append(item)
        done.missing = len(missing)
        return done, missing
