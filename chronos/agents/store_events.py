"""Agent `store_events`: topic `events` into TimescaleDB, every event exactly once."""

from faust.types import StreamT

from chronos import addresses, migrations
from chronos.agents.consume import consume
from chronos.app import app, config
from chronos.sinks.timescaledb.raw_events import RawEvents
from chronos.topics import events_topic


@app.agent(events_topic)
async def store_events(beacons: StreamT[bytes]) -> None:
    """Write every raw event to TimescaleDB."""
    topic = config.kafka.events_topic
    url = addresses.resolve(config).timescaledb
    sink = RawEvents(url, topic, config.limits, prepare=lambda: migrations.ensure(url, config))
    await consume(beacons, topic, sink)
