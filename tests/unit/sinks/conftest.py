"""Fixtures of the runner's tests."""

import pytest
from memory_sink import Item, Kafka, MemorySink, Naps

from chronos.sinks.runner import SinkRunner


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def runner(sink: MemorySink, kafka: Kafka, naps: Naps) -> SinkRunner[Item]:
    naps.runner = SinkRunner(
        sink,
        send_letter=kafka.send_letter,
        between=kafka.between,
        batch_bytes=1_000_000,
        retry=float,
        sleep=naps.sleep,
    )
    return naps.runner
