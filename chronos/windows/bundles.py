"""What topic `window_deltas` carries: what a batch of beacons adds to panes, one message per partition.

A *pane* holds the keys of one bucket of a view in one slot. Its delta keeps the offset of the beacon that
each count came from, so that whoever adds it knows what of it was added before.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated
from zlib import crc32

import msgspec

from chronos.errors import BadBundle
from chronos.windows.expression import LONGEST_KEY

BUCKETS = 16  # of keys; a bucket's keys of one slot are one value of the table
TOO_LATE = 255  # the bucket of a view's events that came too late, by the slot of their arrival
COUNT, DISTINCT = "count", "distinct"
DELTA_BYTES = 300_000  # of keys in one delta; what comes on top is counted without its key
MESSAGE_BYTES = 500_000  # about; a delta of a pane is never cut in two
FIELDS = 3  # of a row: offset since the bundle's first, events, and how many of these were late


# What is out of these bounds is no bundle of ours, and could not be written or summed up.
Slot = Annotated[int, msgspec.Meta(ge=0, lt=2**40)]
Bucket = Annotated[int, msgspec.Meta(ge=0, le=TOO_LATE)]
Number = Annotated[int, msgspec.Meta(ge=0, lt=2**48)]
Time = Annotated[int, msgspec.Meta(lt=2**60)]


class PaneDelta(msgspec.Struct, array_like=True, frozen=True):
    """What is added to a pane: by key, rows of `FIELDS` whole numbers, one row for each beacon.

    ``overflow`` are such rows of keys for which there was no room.
    """

    view: str
    bucket: Bucket
    slot: Slot
    kind: str
    rows: dict[str, list[Number]]
    overflow: list[Number] = []


class Bundle(msgspec.Struct, array_like=True, frozen=True):
    """What the beacons ``first`` to ``last`` (offsets) of partition ``source`` add to panes.

    ``watermark_us`` is how far event time has come there, ``time_us`` the newest arrival; both are
    microseconds since 1970 UTC. ``idle`` says that nothing more was waiting there: then it is sent alone.
    """

    source: int
    first: int
    last: int
    watermark_us: Time
    time_us: Time
    panes: list[PaneDelta]
    idle: bool = False


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Bundle])


def bucket_of(key: str) -> int:
    """The bucket of a key."""
    return crc32(key.encode()) % BUCKETS


def partition_of(view: str, bucket: int, partitions: int) -> int:
    """The partition of `window_deltas`, and of the table, that has a bucket of a view."""
    return (crc32(view.encode()) + bucket) % partitions


def messages(bundles: Sequence[Bundle]) -> Iterator[bytes]:
    """Encode bundles for one partition, in messages of bounded size."""
    part: list[Bundle] = []
    size = 0
    for bundle in bundles:
        panes: list[PaneDelta] = []
        for pane in bundle.panes:
            panes.append(pane)
            size += weight(pane)
            if size >= MESSAGE_BYTES:
                yield _encoder.encode([*part, msgspec.structs.replace(bundle, panes=panes)])
                part, panes, size = [], [], 0
        if panes or not bundle.panes:
            part.append(msgspec.structs.replace(bundle, panes=panes))
    if part:
        yield _encoder.encode(part)


def weight(pane: PaneDelta) -> int:
    """About how many bytes a delta has."""
    return 40 + len(pane.view) + sum(4 * len(key) + 3 * len(row) for key, row in pane.rows.items())


def decode(value: bytes) -> list[Bundle]:
    """The bundles of a message; raise BadBundle where it is none."""
    try:
        return _decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadBundle(reason=str(error)) from error


def bounded(delta: PaneDelta) -> PaneDelta:
    """The same, with its longest keys counted together where they are too much for one message."""
    if len(delta.rows) * LONGEST_KEY <= DELTA_BYTES:
        return delta
    size = sum(map(len, delta.rows))
    if size <= DELTA_BYTES:
        return delta
    rows, together = dict(delta.rows), Counter[tuple[int, bool]]()
    for key in sorted(rows, key=len, reverse=True):
        if size <= DELTA_BYTES:
            break
        row = rows.pop(key)
        size -= len(key)
        for at in range(0, len(row), FIELDS):
            together[row[at], False] += row[at + 1]
            together[row[at], True] += row[at + 2]
    offsets = sorted({offset for offset, _ in together})
    overflow = [n for at in offsets for n in (at, together[at, False], together[at, True])]
    return msgspec.structs.replace(delta, rows=rows, overflow=overflow)
