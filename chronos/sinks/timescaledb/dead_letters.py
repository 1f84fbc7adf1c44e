"""The sink of dead letters: table `dead_letters`."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_OID, uuid5

from chronos.database.queries import query
from chronos.models.dead_letter import DeadLetter
from chronos.models.message import Received, timestamp_of
from chronos.sinks.base import Sink, Written
from chronos.sinks.timescaledb.connection import Connection
from chronos.sinks.timescaledb.watermarks import Watermarks, ends, sort_out

log = logging.getLogger(__name__)


@dataclass(slots=True)
class ReceivedLetter:
    """A dead letter and where it stands in Kafka."""

    partition: int
    offset: int
    letter: DeadLetter


class DeadLetters(Sink[ReceivedLetter]):
    """Writes dead letters of ``topic`` to the database at ``url``; one sent twice has the same id."""

    name = "keep_dead_letters"

    def __init__(self, url: str, topic: str, *, prepare: Callable[[], Awaitable[None]] | None = None) -> None:
        self._connection = Connection(url, self.name, prepare)
        self._watermarks = Watermarks(self.name, topic)

    def read(self, message: Received) -> ReceivedLetter:
        """Read a letter; a message that is none is kept as one, with that reason."""
        try:
            letter = DeadLetter.from_message(message)
        except (KeyError, ValueError, OverflowError) as error:
            letter = _stranger(message, error)
        return ReceivedLetter(message.partition, message.offset, letter)

    async def write(self, items: Sequence[ReceivedLetter], holes: Mapping[int, int]) -> Written:
        """Store those that are not there yet, and move the watermark."""
        async with self._connection.transaction() as connection:
            watermarks = await self._watermarks.lock(connection, {item.partition for item in items})
            fresh, replayed = sort_out(items, watermarks, holes)
            letters = [item.letter for item in items]  # ids make it harmless, so those below go along
            await connection.execute(query("add_dead_letters"), *letter_columns(letters))
            if fresh:
                await self._watermarks.move(connection, ends(fresh))
        return Written(stored=len(fresh), events=len(fresh), replayed=len(replayed))

    async def next_offsets(self) -> dict[int, int]:
        """By partition, the first offset that was not stored yet; raise SinkUnavailable."""
        async with self._connection.transaction() as connection:
            return await self._watermarks.next_offsets(connection)

    async def begin_anew(self, ends: Mapping[int, int]) -> None:
        """Read all that the topic has; what is stored is known by its id. Raise SinkUnavailable."""
        async with self._connection.transaction() as connection:
            known = await self._watermarks.lock(connection, ends)
            anew = {partition: 0 for partition, end in ends.items() if known[partition] > end}
            await self._watermarks.move(connection, anew)
        if anew:
            log.warning("%s: the topic counts from 0 again in partitions %s", self.name, sorted(anew))

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()


def letter_columns(letters: Sequence[DeadLetter]) -> tuple[list[object], ...]:
    """The parameters of the query `add_dead_letters`."""
    return (
        [letter.id for letter in letters],
        [letter.time for letter in letters],
        [_text(letter.project.encode()) for letter in letters],
        [letter.beacon_id for letter in letters],
        [letter.index for letter in letters],
        [_text(letter.reason.encode()) for letter in letters],
        [_text(letter.event) for letter in letters],
    )


def _text(value: bytes) -> str:
    # PostgreSQL text has neither NUL nor bytes that are not UTF-8; they are shown as they would be escaped.
    return value.decode("utf-8", "backslashreplace").replace("\x00", "\\x00")


def _stranger(message: Received, error: Exception) -> DeadLetter:
    place = f"{message.topic}/{message.partition}/{message.offset}/{message.timestamp}"
    return DeadLetter(
        beacon_id=uuid5(NAMESPACE_OID, place),
        time=timestamp_of(message),
        project="",
        index=None,
        reason=f"not a dead letter of Chronos: {error!r}",
        event=message.value or b"",
    )
