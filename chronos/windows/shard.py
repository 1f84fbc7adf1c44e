"""A shard: what one partition of the table holds, as panes where they are kept, and as arrays to read."""

import asyncio
import logging
import struct
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from chronos.windows import keys, panes, progress
from chronos.windows.bundles import TOO_LATE
from chronos.windows.index import ViewIndex
from chronos.windows.keys import PaneKey
from chronos.windows.local import Local
from chronos.windows.panes import Added, Pane
from chronos.windows.progress import Progress

log = logging.getLogger(__name__)

LOADED_AT_ONCE = 2_000  # panes, some ten milliseconds of work

DAMAGED = (msgspec.DecodeError, msgspec.ValidationError, struct.error, UnicodeDecodeError, OverflowError)


@dataclass
class Update:
    """What is written together: values by key, the panes among them, and what was added to these."""

    panes: dict[PaneKey, Pane] = field(default_factory=dict)
    added: list[tuple[PaneKey, Added]] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)

    def values(self) -> list[tuple[bytes, bytes]]:
        """As the table and its changelog have them."""
        written = [(keys.encode(key), panes.encode(pane)) for key, pane in self.panes.items()]
        return [*written, (keys.PROGRESS, progress.encode(self.progress))]


class Shard:
    """One partition; ``ready`` once it may be asked and written.

    That is when it has all of the changelog (``is_current``) and was read from where it is kept
    (``is_loaded``). ``held`` is the offset up to which nothing of the changelog is missing here, -1 for none.
    """

    def __init__(self, local: Local, held: int = -1) -> None:
        self.held = held
        self.is_current = False
        self.is_loaded = False
        self.views: dict[str, ViewIndex] = defaultdict(ViewIndex)
        self.local = local
        self.behind: set[PaneKey] = set()  # panes of which the changelog has something older last, or nothing
        self._restored = 0
        self._progress = Progress()

    @property
    def ready(self) -> bool:
        """Whether it may be asked and written."""
        return self.is_current and self.is_loaded

    @property
    def progress(self) -> Progress:
        """How far the sources have come; a copy, which may be changed."""
        return progress.decode(progress.encode(self._progress))

    @property
    def watermark_us(self) -> int:
        """How far event time has come, in microseconds since 1970 UTC."""
        return self._progress.watermark_us

    @property
    def next_offset(self) -> int:
        """The first offset of `window_deltas` that was not added yet."""
        return self._progress.next_offset

    def pane(self, key: PaneKey) -> Pane:
        """A pane, a new one where there is none; a copy, which may be changed."""
        value = self.local.get(keys.encode(key))
        try:
            return Pane({}, {}) if value is None else panes.decode(value)
        except DAMAGED as error:
            log.error("a pane cannot be read, and is begun anew: %s", error)
            return Pane({}, {})

    def write(self, update: Update, values: list[tuple[bytes, bytes]]) -> None:
        """Write an update, which is in the changelog already."""
        self.local.put(values)
        for key, added in update.added:
            _index(self.views, key, update.panes[key], added)
        self._progress = update.progress
        self.behind -= update.panes.keys()

    def wrote(self, offsets: Collection[int]) -> int | None:
        """Note what we wrote to the changelog; return ``held`` where that has grown by it.

        Not where another worker has written in between, which took us for dead: that is still to be read.
        """
        first, last = min(offsets), max(offsets)
        if first != self.held + 1 or last - first != len(offsets) - 1:
            return None
        self.held = last
        return last

    def begin_anew(self) -> None:
        """Note that the changelog has nothing of what is here: then all of it is written again."""
        self.held = -1
        self.behind |= {keys.decode(key) for key, _ in self.local.items() if key != keys.PROGRESS}

    def restore(self, messages: Iterable[tuple[bytes | None, bytes | None]]) -> None:
        """Take in keys and values of the changelog, unless what is here holds all of that and more.

        What is new has to be loaded: another worker wrote it, which had the partition meanwhile. One that was
        held up, and does not know yet that others have its partition, may write what is older behind that;
        then the newer is written again, since Kafka compacts to what came last.
        """
        found: dict[bytes, bytes] = {}
        for key, value in messages:
            if key is not None and value is not None:
                try:
                    self._restore(key, value, found)
                except DAMAGED as error:
                    log.error("the changelog has a pane that cannot be read, which is left out: %s", error)
        if found:
            self.local.put(found.items())
            self.is_loaded = False
            self._restored += 1

    async def load(self) -> None:
        """Read everything; others go on meanwhile, and what they restore is read, too."""
        while not self.is_loaded:
            restored = self._restored
            views, found = await self._read()
            if restored == self._restored and not self.is_loaded:
                self.views, self._progress = views, found
                self.is_loaded = True

    async def _read(self) -> tuple[dict[str, ViewIndex], Progress]:
        views: dict[str, ViewIndex] = defaultdict(ViewIndex)
        found = Progress()
        for number, (key, value) in enumerate(self.local.items()):
            try:
                if key == keys.PROGRESS:
                    found = progress.decode(value)
                else:
                    pane = panes.decode(value)
                    _index(views, keys.decode(key), pane, Added(pane.counts, pane.overflow, pane.late))
            except DAMAGED as error:
                log.error("a pane cannot be read, and is left out: %s", error)
            if number % LOADED_AT_ONCE == 0:
                await asyncio.sleep(0)
        return views, found

    def forget(self, before: int) -> None:
        """Delete all slots before ``before``."""
        self.local.forget(before)
        for index in self.views.values():
            index.forget(before)

    def _restore(self, key: bytes, value: bytes, found: dict[bytes, bytes]) -> None:
        known = found.get(key) or self.local.get(key)
        pane = None if key == keys.PROGRESS else keys.decode(key)
        is_newer = _is_newer(key, value, known)
        if is_newer:
            found[key] = value
        if pane is not None:
            (self.behind.discard if is_newer or known == value else self.behind.add)(pane)


def _is_newer(key: bytes, value: bytes, known: bytes | None) -> bool:
    """Whether a value holds all of the known one, and more; raise one of DAMAGED if it can't be read."""
    if key == keys.PROGRESS:
        found = progress.decode(value)
        return known is None or progress.decode(known).watermark_us < found.watermark_us
    pane = panes.decode(value)
    if known is None or known == value:
        return known is None
    try:
        return pane.covers(panes.decode(known))
    except DAMAGED:
        return True  # then it is the known one that can't be read


def _index(views: dict[str, ViewIndex], key: PaneKey, pane: Pane, added: Added) -> None:
    index = views[key.view]
    if key.bucket == TOO_LATE:
        index.too_late[key.slot] += sum(added.counts.values())
        return
    if pane.sketch:
        index.sketches[key.slot] = pane.sketch
    elif added.counts:
        index.add(key.slot, added.counts)
    if added.overflow:
        index.overflow[key.slot] += added.overflow
    if added.late:
        index.late[key.slot] += added.late
    if pane.revised:
        index.revised.add(key.slot)


def views_of(shards: Mapping[int, Shard], view: str) -> list[ViewIndex]:
    """The indexes of a view in shards that are ready."""
    return [shard.views[view] for shard in shards.values() if shard.ready and view in shard.views]
