"""Gives each worker of a shared state directory folders of its own, the same ones again after a restart.

Containers come and go under new names, and one that is gone leaves its folders behind. So a worker takes
the first slot that is free: a lock that the kernel lets go of when its process dies. What the last one in
that slot left (beacons that wait for Kafka, tables) is found by the next one.
"""

import os
from pathlib import Path

from chronos.containers.errors import NoSlot, NotWritable
from chronos.embedded import files

MOST = 999


def take(home: Path) -> str:
    """The name of a free slot below ``home``; it is this process's until that ends, whatever it executes."""
    try:
        for number in range(1, MOST + 1):
            descriptor = files.hold(home / "slots" / f"slot-{number}", 0)
            if descriptor is not None:
                os.set_inheritable(descriptor, True)
                return f"slot-{number}"
    except OSError as error:
        raise NotWritable(path=home, reason=error.strerror or error) from error
    raise NoSlot(path=home, most=MOST)
