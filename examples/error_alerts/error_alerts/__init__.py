"""An agent on topic `events`: says in the worker's log which errors visitors meet."""

import logging

from chronos.app import app, config
from chronos.models.beacon import read_beacon
from chronos.models.decoder import Decoder
from chronos.topics import events_topic

log = logging.getLogger(__name__)
decoder = Decoder(config.limits.text_length)


@app.agent(events_topic)
async def alert_on_errors(beacons):
    async for batch in beacons.noack_take(100, within=1):
        for event in batch:
            beacon = read_beacon(event.message, decoder)
            for one in beacon.decoded.events:
                if one.wire_name == "errors":
                    log.error("visitors meet: %s (%s)", one.message, beacon.id)
            await beacons.ack(event)
