"""Puts messages into a spool and prints each number once it is acknowledged, until somebody kills it."""

import asyncio
import itertools
import sys
from pathlib import Path

from chronos.spool import Message, Spool


async def put_all(spool: Spool, numbers: "itertools.count[int]") -> None:
    for number in numbers:
        await spool.put(Message("events", None, b"%d" % number, (("padding", b"x" * (number % 3000)),)))
        print(number, flush=True)


async def main() -> None:
    spool = Spool(Path(sys.argv[1]), 10**9, segment_bytes=100_000)
    await spool.open()
    numbers = itertools.count()
    await asyncio.gather(*(put_all(spool, numbers) for _ in range(20)))


asyncio.run(main())
