"""Measures how late the event loop comes to what is due: everything else waits as long."""

import asyncio

from mode import Service

from chronos.metrics import LOOP_LAG

LOOK_SECONDS = 0.5


class LoopLag(Service):
    """Looks at it again and again."""

    @Service.task
    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while not self.should_stop:
            due = loop.time() + LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
            LOOP_LAG.observe(max(0.0, loop.time() - due))
