"""Faust's consumer, whose commits take bounded time: no old one reaches a topic that was made again."""

import asyncio
import logging
from collections.abc import Mapping

from faust.transport.drivers import aiokafka as driver
from faust.types import TP

log = logging.getLogger(__name__)

# aiokafka repeats a commit for as long as the topic is not there. If that came through when the topic is
# made again, the group would go on in the new topic where it was in the old one, and pass over all before.
COMMIT_SECONDS = 5.0


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Gives up a commit that Kafka does not take: the next one says more."""

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                return await super()._commit(offsets)
        except TimeoutError:
            log.warning("Kafka did not take a commit of offsets within %g s", COMMIT_SECONDS)
            return False


class Consumer(driver.Consumer):
    """Faust's own, with that thread."""

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)


class Transport(driver.Transport):
    """Faust's own, with that consumer."""

    Consumer = Consumer
