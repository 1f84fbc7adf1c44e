"""Faust's consumer, which gives up commits to a topic that is gone: none reaches one that is made again."""

import asyncio
import logging
from collections.abc import Mapping

from faust.transport.drivers import aiokafka as driver
from faust.types import TP

log = logging.getLogger(__name__)

# aiokafka repeats a commit for as long as the topic is not there. If that came through when the topic is
# made again, the group would go on in the new topic where it was in the old one, and pass over all before.
LOOK_SECONDS = 3.0


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Commits as Faust does; what takes long is tried again without the topics that are gone meanwhile."""

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        # Where no topic is left the group has given us nothing, which Faust would commit, and crash by that.
        while offsets := self._assigned(offsets):
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    return await super()._commit(offsets)
            except TimeoutError:
                offsets = self._of_topics_that_are_there(offsets)
        return False

    def _assigned(self, offsets: Mapping[TP, int]) -> dict[TP, int]:
        assigned = self.assignment()
        return {place: offset for place, offset in offsets.items() if place in assigned}

    def _of_topics_that_are_there(self, offsets: Mapping[TP, int]) -> dict[TP, int]:
        cluster = self._ensure_consumer()._client.cluster
        there = {
            place: offset for place, offset in offsets.items() if cluster.partitions_for_topic(place.topic)
        }
        if gone := {place.topic for place in offsets.keys() - there.keys()}:
            log.warning(
                "offsets are not committed any more of topics that are gone: %s", ", ".join(sorted(gone))
            )
        return there


class Consumer(driver.Consumer):
    """Faust's own, with that thread."""

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Say nothing of what stands still: the watch does; Faust takes a rebalance for that, too."""

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)


class Transport(driver.Transport):
    """Faust's own, with that consumer."""

    Consumer = Consumer
