"""How far the partitions of topic `events` have come, as one partition of the table knows it."""

import msgspec


class Source(msgspec.Struct, array_like=True):
    """A source partition: how far event time has come, its newest arrival, and whether nothing waits there.

    Both times are microseconds since 1970 UTC.
    """

    watermark_us: int
    time_us: int
    idle: bool = False


class Progress(msgspec.Struct, array_like=True):
    """Sources by number, the watermark over all of them, and the next offset of `window_deltas`.

    The watermark is the lowest of those sources that are not idle: one without visitors does not hold it
    back, one whose beacons are waiting does. It never goes back.
    """

    sources: dict[int, Source] = {}
    watermark_us: int = 0
    next_offset: int = 0

    def heard(self, source: int, watermark_us: int, time_us: int, idle: bool) -> None:
        """Take in what a bundle says of its source."""
        known = self.sources.get(source)
        if known is None:
            known = self.sources[source] = Source(watermark_us, time_us)
        known.watermark_us = max(known.watermark_us, watermark_us)
        known.time_us = max(known.time_us, time_us)
        known.idle = idle
        self.watermark_us = max(self.watermark_us, self._overall())

    def _overall(self) -> int:
        active = [one.watermark_us for one in self.sources.values() if not one.idle]
        if active:
            return min(active)
        return max((one.watermark_us for one in self.sources.values()), default=0)


_decoder = msgspec.msgpack.Decoder(Progress)


def encode(progress: Progress) -> bytes:
    """As the table keeps it."""
    return msgspec.msgpack.encode(progress)


def decode(value: bytes) -> Progress:
    """As it is in the table."""
    return _decoder.decode(value)
