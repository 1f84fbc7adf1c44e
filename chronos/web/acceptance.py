"""Takes a beacon in, by whichever view it came: checked first, then kept."""

from chronos.app import config
from chronos.errors import NowhereToKeep
from chronos.metrics import BEACON_BYTES
from chronos.services import access, delivery
from chronos.web.intake import Intake
from chronos.web.rate import RateLimit

intake = Intake(config.kafka.events_topic, access, RateLimit(config.limits.beacons_per_second))


async def accept(body: bytes) -> None:
    """Return when the beacon is safe; raise a RequestError where it is refused or can't be kept."""
    message = intake.message(body)
    if not delivery.started:
        raise NowhereToKeep(reason="the worker is starting", retry_after=1.0)
    await delivery.keep(message)
    BEACON_BYTES.inc(len(body))
