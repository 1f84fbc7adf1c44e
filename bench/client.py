"""Sends beacons as fast as they are answered, over connections that are kept, with little CPU of its own."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Load:
    """What was sent: beacons, seconds, and the time to each answer in seconds."""

    beacons: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Beacons per second."""
        return self.beacons / self.seconds

    def percentile(self, part: float) -> float:
        """The time within which ``part`` of the answers came, in milliseconds."""
        return sorted(self.latencies)[min(len(self.latencies) - 1, int(part * len(self.latencies)))] * 1000


async def send(port: int, bodies: Sequence[bytes], count: int, connections: int) -> Load:
    """Send ``count`` beacons to ``/api/events`` on 127.0.0.1; every answer has to be a success."""
    requests = [
        b"POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        for body in bodies
    ]
    work = iter(itertools.islice(itertools.cycle(requests), count))
    load = Load()
    began = time.perf_counter()
    await asyncio.gather(*(_connection(port, work, load) for _ in range(connections)))
    load.seconds = time.perf_counter() - began
    return load


async def _connection(port: int, work: Iterator[bytes], load: Load) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    for request in work:
        sent = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        load.latencies.append(time.perf_counter() - sent)
        load.beacons += 1
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"refused: {body.decode()}")
    writer.close()
