"""Agent `count_windows`: topic `events` into deltas of windows, in topic `window_deltas`."""

import logging

from faust.types import StreamT

from chronos import addresses, migrations, windowing
from chronos.agents.consume import consume_behind
from chronos.app import app, config
from chronos.errors import KafkaUnavailable, SinkUnavailable
from chronos.services import window_producer
from chronos.sinks.windows.deltas import WindowDeltas
from chronos.tables.window_panes import window_panes
from chronos.topics import events_topic
from chronos.windows.progress import Source

log = logging.getLogger(__name__)

BATCH_MILLISECONDS = 200  # a batch costs what its keys cost, so a longer one costs less
IDLE_SECONDS = 10.0

_sinks: list[WindowDeltas] = []
_untold: set[int] = set()  # sources that were idle when Kafka was away


async def count_windows(beacons: StreamT[bytes]) -> None:
    """Count every event once, by its event time."""
    topic = config.kafka.events_topic
    url = addresses.resolve(config).timescaledb
    sink = WindowDeltas(
        url,
        topic,
        config.kafka.window_deltas_topic,
        config.limits,
        windowing.views,
        counting=windowing.counting,
        sender=window_producer,
        seen=windowing.recent.add,
        prepare=lambda: migrations.ensure(url, config),
    )
    _sinks[:] = [sink]
    await consume_behind(beacons, topic, sink, milliseconds=BATCH_MILLISECONDS)


async def tell_idle() -> None:
    """Tell the table of partitions of `events` in which nothing is waiting: they hold event time back."""
    if not _sinks or app.rebalancing:
        return
    if quiet := _quiet():
        try:
            counted = await _sinks[0].next_offsets()
            ends = await app.ends(config.kafka.events_topic, quiet)
            idle = {n: source for n, source in quiet.items() if counted.get(n, 0) >= ends[n]}
            await _sinks[0].tell_idle(idle)
            _untold.clear()
        except (SinkUnavailable, KafkaUnavailable) as error:
            _untold.update(quiet)  # some of the table's partitions may know it, others not
            log.info("not all are told which partitions are idle: %s", error)


def _quiet() -> dict[int, Source]:
    """Our sources that are not known to be idle everywhere, and had nothing new for a while."""
    ours = app.assigned(config.kafka.events_topic)
    before = windowing.now_us() - int(IDLE_SECONDS * 1_000_000)
    newest: dict[int, Source] = {}
    for shard in window_panes.shards.values():
        for number, source in shard.progress.sources.items() if shard.ready else ():
            if number not in newest or source.watermark_us >= newest[number].watermark_us:
                newest[number] = source
    return {
        number: source
        for number, source in newest.items()
        if number in ours and source.time_us < before and (not source.idle or number in _untold)
    }


if config.windows.enabled:
    app.agent(events_topic)(count_windows)
    app.timer(IDLE_SECONDS, on_leader=False)(tell_idle)
