"""Event time: what is done with browsers' clocks."""

import numpy as np
import pytest

from chronos.event_time import DAY_MS, EventClock
from chronos.settings.sections import Limits

NOW = 1_772_366_400_000.0
TOLERANCE, AGE = 30_000.0, 30 * DAY_MS
CLOCK = EventClock(TOLERANCE, AGE)
INFINITE = float("inf")


def event_time(client: float, skew: float = 0.0) -> tuple[float, int, int]:
    """The event time of one event, and how many were in the future, and too old."""
    times = CLOCK.event_times(np.array([client]), np.array([NOW]), np.array([skew]))
    return float(times.event_ms[0]), times.future, times.too_old


@pytest.mark.parametrize(
    ("sent_at", "skew"),
    [
        pytest.param(None, 0, id="not told"),
        pytest.param(NOW, 0, id="right"),
        pytest.param(NOW - TOLERANCE, 0, id="behind, within the tolerance"),
        pytest.param(NOW + TOLERANCE, 0, id="ahead, within the tolerance"),
        pytest.param(NOW - TOLERANCE - 1, TOLERANCE + 1, id="behind"),
        pytest.param(NOW + TOLERANCE + 1, -TOLERANCE - 1, id="ahead"),
        pytest.param(float("nan"), 0, id="not a number"),
        pytest.param(INFINITE, 0, id="infinite"),
        pytest.param(-INFINITE, 0, id="minus infinite"),
    ],
)
def test_the_skew_of_a_browsers_clock(sent_at: float | None, skew: float) -> None:
    assert CLOCK.skew(NOW, sent_at) == skew


@pytest.mark.parametrize(
    ("client", "skew", "expected"),
    [
        pytest.param(NOW - 5, 0, (NOW - 5, 0, 0), id="stays"),
        pytest.param(NOW, 0, (NOW, 0, 0), id="stays when it is the arrival"),
        pytest.param(NOW + 1, 0, (NOW, 1, 0), id="in the future"),
        pytest.param(NOW - AGE, 0, (NOW - AGE, 0, 0), id="stays when it is just not too old"),
        pytest.param(NOW - AGE - 1, 0, (NOW, 0, 1), id="too old"),
        pytest.param(NOW + 3_600_000, -3_600_005, (NOW - 5, 0, 0), id="of a clock ahead"),
        pytest.param(NOW - 3_600_005, 3_600_000, (NOW - 5, 0, 0), id="of a clock behind"),
        pytest.param(NOW - 5, 3_600_000, (NOW, 1, 0), id="in the future once corrected"),
        pytest.param(NOW - 5, -1e300, (NOW, 0, 1), id="of a clock that is nonsense"),
    ],
)
def test_event_time_is_the_clients_corrected_or_else_the_arrival(
    client: float, skew: float, expected: tuple[float, int, int]
) -> None:
    assert event_time(client, skew) == expected


def test_each_event_has_its_own_time_and_those_replaced_are_counted() -> None:
    arrived = np.array([NOW, NOW + 10, NOW, NOW])
    times = CLOCK.event_times(np.array([NOW - 1, NOW + 11, NOW + 2, 0.0]), arrived, np.array([0.0, -1, 0, 0]))
    assert times.event_ms.tolist() == [NOW - 1, NOW + 10, NOW, NOW]
    assert (times.future, times.too_old) == (1, 1)


def test_the_limits_are_those_of_the_settings() -> None:
    limits = Limits(skew_tolerance_seconds=1.5, max_event_age_days=2)
    assert EventClock.from_limits(limits) == EventClock(1500, 2 * DAY_MS)
