"""A dead letter: an event that did not fit, as it came, with the reason."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from chronos.models.message import EPOCH, Message, Received, headers_of

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """``index`` is the event's place in its beacon; None stands for the metadata or the whole beacon."""

    beacon_id: UUID
    time: datetime
    project: str
    index: int | None
    reason: str
    event: bytes

    @property
    def id(self) -> UUID:
        """The same for the same event of the same beacon, so that one written twice is stored once."""
        place = "" if self.index is None else str(self.index)
        digest = hashlib.blake2b(self.beacon_id.bytes + place.encode(), digest_size=16).digest()
        return UUID(bytes=digest)

    def to_message(self, topic: str) -> Message:
        """Put the event into the value as it came, and all else into headers."""
        headers = (
            ("beacon_id", self.beacon_id.bytes),
            ("time", b"%d" % ((self.time - EPOCH) // MICROSECOND)),
            ("project", self.project.encode()),
            ("index", b"" if self.index is None else b"%d" % self.index),
            ("reason", self.reason.encode("utf-8", "backslashreplace")),
        )
        return Message(topic, self.beacon_id.bytes, self.event, headers)

    def cut(self, size: int, why: str) -> "DeadLetter":
        """The same with the first ``size`` bytes of the event only, and that said in the reason."""
        reason = f"{self.reason} (the first {size} of {len(self.event)} bytes: {why})"
        return replace(self, reason=reason, event=self.event[:size])

    @classmethod
    def from_message(cls, message: Received) -> "DeadLetter":
        """Read what `to_message` wrote; raise KeyError, ValueError or OverflowError for anything else."""
        headers = headers_of(message)
        return cls(
            beacon_id=UUID(bytes=headers["beacon_id"]),
            time=EPOCH + int(headers["time"]) * MICROSECOND,
            project=headers["project"].decode(),
            index=_index(headers["index"]),
            reason=headers["reason"].decode(),
            event=message.value or b"",
        )


def _index(header: bytes) -> int | None:
    if not header:
        return None
    index = int(header)
    if not 0 <= index < 2**31:
        raise ValueError(f"{index} is no place in a beacon")
    return index
