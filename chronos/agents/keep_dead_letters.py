"""Agent `keep_dead_letters`: topic `dead_letters` into the table of that name."""

from faust.types import StreamT

from chronos import addresses, migrations
from chronos.agents.consume import consume
from chronos.app import app, config
from chronos.sinks.timescaledb.dead_letters import DeadLetters
from chronos.topics import dead_letters_topic


@app.agent(dead_letters_topic)
async def keep_dead_letters(letters: StreamT[bytes]) -> None:
    """Write every event that did not fit to table `dead_letters`."""
    topic = config.kafka.dead_letters_topic
    url = addresses.resolve(config).timescaledb
    sink = DeadLetters(url, topic, prepare=lambda: migrations.ensure(url, config))
    await consume(letters, topic, sink)
