"""Agent `store_events`: topic `events` into TimescaleDB, every event exactly once."""

from faust.types import StreamT

from chronos import addresses
from chronos.agents.consume import consume
from chronos.app import app, config
from chronos.sinks.timescaledb.raw_events import RawEvents
from chronos.topics import events_topic


@app.agent(events_topic)
async def store_events(beacons: StreamT[bytes]) -> None:
    """Write every raw event to TimescaleDB."""
    topic = config.kafka.events_topic
    sink = RawEvents(addresses.resolve(config).timescaledb, topic, config.limits)
    await consume(beacons, topic, sink)
