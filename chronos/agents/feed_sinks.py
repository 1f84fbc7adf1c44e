"""One agent for each data sink of ``[sinks.NAME]``: topic `events` into it, beside all others."""

from collections.abc import Awaitable, Callable

from faust.types import StreamT

from chronos import addresses, migrations
from chronos.agents.consume import consume_behind
from chronos.app import app, config, data_sinks
from chronos.extensions.data_sink import DataSink
from chronos.sinks.adapter import Adapted
from chronos.topics import events_topic


def feeding(sink: DataSink) -> Callable[[StreamT[bytes]], Awaitable[None]]:
    """The agent that feeds a sink."""

    async def feed_sink(beacons: StreamT[bytes]) -> None:
        url = addresses.resolve(config).timescaledb
        adapted = Adapted(sink, url, prepare=lambda: migrations.ensure(url, config))
        await consume_behind(beacons, config.kafka.events_topic, adapted)

    return feed_sink


for declared in data_sinks:
    app.agent(events_topic, name=f"{__name__}.{declared.name}")(feeding(declared.sink))
