"""Agent `feed_views`: topic `events` into the continuous views, every beacon exactly once."""

import logging

from faust.types import StreamT

from chronos import addresses, migrations
from chronos.agents.consume import consume, consume_behind
from chronos.app import app, config
from chronos.sinks.kept_views.feeder import KeptViews
from chronos.sinks.pipelinedb import install
from chronos.sinks.pipelinedb.streams import PipelineStreams
from chronos.topics import events_topic
from chronos.views import catalog

log = logging.getLogger(__name__)


@app.agent(events_topic)
async def feed_views(beacons: StreamT[bytes]) -> None:
    """Keep the continuous views."""
    topic = config.kafka.events_topic
    if config.pipelinedb.kept_by_chronos:
        await consume_behind(beacons, topic, _kept_views(topic))
    else:
        await consume(beacons, topic, _pipeline_streams(topic))


def _kept_views(topic: str) -> KeptViews:
    url = addresses.resolve(config).timescaledb
    return KeptViews(url, topic, config.limits, prepare=lambda: migrations.ensure(url, config))


def _pipeline_streams(topic: str) -> PipelineStreams:
    found = addresses.resolve(config)
    url = str(found.pipelinedb)

    async def prepare() -> None:
        views = install.declared(catalog.files(config.pipelinedb.views))
        for remark in (await install.install(url, views)).remarks:
            log.warning("%s", remark)

    return PipelineStreams(url, found.timescaledb, topic, config.limits, prepare=prepare)
