"""What a sink is: a name, how to read a message, how to write a batch and where its watermark is.

Consuming, batching, retry, dead letters, acknowledgement and health are the runner's
(`chronos.sinks.runner`).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from chronos.models.dead_letter import DeadLetter
from chronos.models.message import Received


class Item(Protocol):
    """What a sink makes of a message: anything that knows where it stands in Kafka."""

    partition: int
    offset: int


I = TypeVar("I", bound=Item)  # noqa: E741


@dataclass
class Written:
    """What became of a batch; ``replayed`` were written before, ``duplicates`` came under another offset."""

    stored: int = 0
    events: int = 0
    duplicates: int = 0
    replayed: int = 0
    clamped: dict[str, int] = field(default_factory=dict)


class Sink(ABC, Generic[I]):
    """Writes a topic somewhere, each item exactly once."""

    name: str
    is_needed = True  # whether a worker is not ready while it waits

    @abstractmethod
    def read(self, message: Received) -> I:
        """Make an item of a message; never raises for what the message holds."""

    @abstractmethod
    async def write(self, items: Sequence[I], holes: Mapping[int, int]) -> Written:
        """Write a batch, ordered by partition and offset, each once, and the watermark, in one transaction.

        Skips what lies below the watermark. ``holes`` maps a partition to an offset before which it is
        known that Kafka has nothing. Raises SinkUnavailable (try again), BatchRejected (the content is
        refused, nothing was written), OffsetGap (something is missing before the batch, nothing was written).
        """

    @abstractmethod
    async def next_offsets(self) -> Mapping[int, int]:
        """By partition the first offset that was not written yet; raises SinkUnavailable."""

    async def begin_anew(self, ends: Mapping[int, int]) -> None:
        """Told by partition where the topic ends before the watermark; raises SinkUnavailable.

        Nothing has to be done where what is new is known by its content, and moves the watermarks back.
        """
        return

    def dead_letters(self, item: I) -> Sequence[DeadLetter]:
        """The parts of an item that did not fit; they are sent before the item is written."""
        return ()

    async def isolate(self, item: I, error: Exception) -> tuple[I, Sequence[DeadLetter]]:
        """Take out of an item what the sink refuses, when it is refused on its own."""
        raise error

    async def open(self) -> None:
        """Make ready what can be made before the first batch; raises SinkUnavailable, which stops nothing."""
        return

    async def close(self) -> None:
        """Let go of connections."""
        return
