"""Agent `feed_views`: topic `events` into the continuous views, every beacon exactly once."""

from faust.types import StreamT

from chronos import addresses, migrations
from chronos.agents.consume import consume
from chronos.app import app, config
from chronos.sinks.kept_views.feeder import KeptViews
from chronos.topics import events_topic
from chronos.views import catalog
from chronos.views.filling import Filler


@app.agent(events_topic)
async def feed_views(beacons: StreamT[bytes]) -> None:
    """Keep the continuous views."""
    topic = config.kafka.events_topic
    url = addresses.resolve(config).timescaledb
    await consume(beacons, topic, KeptViews(url, topic, config.limits, prepare=lambda: _prepare(url, topic)))


async def _prepare(url: str, topic: str) -> None:
    """Make the tables, and those views that are missing or have changed."""
    await migrations.ensure(url, config)
    await Filler(url, topic).install(catalog.declared(catalog.files(config.pipelinedb.views)))
