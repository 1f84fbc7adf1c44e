"""The keys of the table: a pane's slot, bucket and view, so that they are in the order of their slots."""

import struct
from typing import NamedTuple

HEAD = struct.Struct(">qB")
PROGRESS_SLOT = 2**62  # behind all slots
PROGRESS = HEAD.pack(PROGRESS_SLOT, 0)


class PaneKey(NamedTuple):
    """Which pane."""

    slot: int
    bucket: int
    view: str


def encode(key: PaneKey) -> bytes:
    """As the table has it."""
    return HEAD.pack(key.slot, key.bucket) + key.view.encode()


def decode(value: bytes) -> PaneKey:
    """As it was put in; raises struct.error or UnicodeDecodeError for anything else."""
    slot, bucket = HEAD.unpack_from(value)
    return PaneKey(slot, bucket, value[HEAD.size :].decode())


def first_of(slot: int) -> bytes:
    """The lowest key of a slot, and so the end of all before it."""
    return HEAD.pack(slot, 0)
