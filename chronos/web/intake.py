"""Takes a beacon in: checks all that is checked before Kafka, and nothing of the events inside."""

import time
from collections.abc import Callable
from uuid import UUID, uuid4

from chronos.errors import BadRequest, InvalidBeacon, OverRate
from chronos.models import envelope
from chronos.models.message import Message, beacon_headers
from chronos.web.access import Access
from chronos.web.rate import RateLimit


class Intake:
    """Makes a message of a beacon's body; the clock tells microseconds since 1970 UTC."""

    def __init__(
        self,
        topic: str,
        access: Access,
        rate: RateLimit,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self._topic = topic
        self._access = access
        self._rate = rate
        self._clock = clock
        self._new_id = new_id

    def message(self, body: bytes) -> Message:
        """The message for topic `events`; raise BadRequest, Unauthorised or OverRate."""
        try:
            # Who has no key is not worth the work of reading what is not quite JSON.
            beacon = envelope.parse(body, leniently=self._access.is_mentioned_in(body))
        except InvalidBeacon as error:
            raise BadRequest(reason=f"not a beacon: {error}") from error
        project = self._project(beacon.ACCESS_KEY)
        headers = beacon_headers(beacon.data.id or self._new_id(), self._clock(), project)
        return Message(self._topic, _visitor(beacon.data.metadata.uuid), body, headers)

    def _project(self, key: str) -> str:
        project = self._access.project_of(key)
        if wait := self._rate.wait(key):
            raise OverRate(reason="more beacons than [limits] beacons_per_second", retry_after=wait)
        return project


def _visitor(uuid: object) -> bytes | None:
    return uuid.encode("utf-8", "replace")[:200] if isinstance(uuid, str) and uuid else None
