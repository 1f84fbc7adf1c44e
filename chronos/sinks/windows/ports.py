"""What the sinks of windows need of Kafka and of the table."""

from collections.abc import Collection
from typing import Protocol

from chronos.models.message import Message
from chronos.windows.shard import Shard


class Sender(Protocol):
    """Sends messages, and knows topics."""

    async def send(self, message: Message) -> int:
        """Return the message's offset once Kafka has it; raise KafkaUnavailable or MessageTooLarge."""
        ...

    async def partitions(self, topic: str) -> list[int]:
        """The partitions of a topic; raise KafkaUnavailable."""
        ...


class Table(Protocol):
    """The partitions of the table that are here."""

    shards: dict[int, Shard]

    @property
    def changelog_topic_name(self) -> str:
        """The topic from which the table is brought back."""
        ...

    @property
    def owned(self) -> set[int]:
        """The partitions that are assigned to this worker."""
        ...

    def written(self, partition: int, offsets: Collection[int]) -> None:
        """Remember that the local store has what was written to the changelog at ``offsets``."""
        ...
