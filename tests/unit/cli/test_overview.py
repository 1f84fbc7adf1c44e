"""How the commands say what runs: for how long, and how much it takes."""

import time

import pytest

from chronos.cli import overview
from chronos.embedded.state import RUNNING, STOPPED, ServiceState


def test_a_service_is_shown_with_its_uptime_and_memory() -> None:
    runs = ServiceState("kafka", RUNNING, 7, time.time() - 3_700, "127.0.0.1:9092")
    _, first, second = overview.table(
        [runs, ServiceState("postgres", STOPPED)], {"kafka": 320_000_000}
    ).splitlines()
    assert all(said in first for said in ("kafka", "running", "127.0.0.1:9092", "1 h 1 min", "320 MB"))
    assert second.split() == ["postgres", "stopped", "-", "-", "-", "-", "0"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0 s"), (59.9, "59 s"), (192, "3 min 12 s"), (3_700, "1 h 1 min"), (187_200, "2 d 4 h")],
)
def test_a_duration(seconds: float, said: str) -> None:
    assert overview.duration(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 KB"), (12_000, "12 KB"), (1_234_567, "1.2 MB"), (12e9, "12 GB"), (1e9, "1.0 GB")],
)
def test_a_size(count: int, said: str) -> None:
    assert overview.size(count) == said
