"""Lets Ctrl-C end a command in order, with what it has to say at the end."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupts(stopping: asyncio.Event) -> Iterator[None]:
    """Set ``stopping`` on SIGINT or SIGTERM instead of what they do else."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals come to the main thread
        return
    loop = asyncio.get_running_loop()
    for one in ENDS:
        loop.add_signal_handler(one, stopping.set)
    try:
        yield
    finally:
        for one in ENDS:
            loop.remove_signal_handler(one)
