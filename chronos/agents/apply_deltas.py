"""Agent `apply_deltas`: topic `window_deltas` into table `window_panes`, every delta exactly once."""

from faust.types import StreamT

from chronos import windowing
from chronos.agents.consume import consume
from chronos.app import app, config
from chronos.services import window_producer
from chronos.sinks.windows.table import WindowTable
from chronos.tables.window_panes import window_panes
from chronos.topics import window_deltas_topic

FORGET_EVERY = 60.0  # seconds


async def apply_deltas(deltas: StreamT[bytes]) -> None:
    """Keep the table of windows."""
    sink = WindowTable(window_panes, windowing.kept, window_producer, windowing.now_us)
    await consume(deltas, config.kafka.window_deltas_topic, sink, is_ours=sink.takes)


async def forget_old_slots() -> None:
    """Delete slots that are older than they are kept, seen from the watermark."""
    for shard in window_panes.shards.values():
        if shard.ready:
            shard.forget(windowing.kept.first_slot(shard.watermark_us))


if config.windows.enabled:
    app.agent(window_deltas_topic)(apply_deltas)
    app.timer(FORGET_EVERY, on_leader=False)(forget_old_slots)
