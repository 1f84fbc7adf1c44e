"""The rate of beacons, by a clock that the test holds."""

import pytest

from chronos.web.rate import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def accepted(rate: RateLimit, tries: int, name: str = "shop") -> int:
    return sum(rate.wait(name) == 0 for _ in range(tries))


def test_none_limits_nothing(clock: Clock) -> None:
    assert accepted(RateLimit(0, clock), 10_000) == 10_000


def test_a_seconds_worth_may_come_at_once_and_no_more(clock: Clock) -> None:
    assert accepted(RateLimit(10, clock), 25) == 10


@pytest.mark.parametrize(
    ("later", "more"), [(0.0, 0), (0.0625, 0), (0.125, 1), (0.5625, 4), (1.0, 8), (3600.0, 8)]
)
def test_tokens_come_back_with_time_up_to_a_seconds_worth(clock: Clock, later: float, more: int) -> None:
    rate = RateLimit(8, clock)
    accepted(rate, 8)
    clock.now += later
    assert accepted(rate, 25) == more


def test_tells_when_to_come_again_and_then_takes_it(clock: Clock) -> None:
    rate = RateLimit(4, clock)
    accepted(rate, 4)
    clock.now += 0.125
    assert rate.wait("shop") == 0.125
    clock.now += 0.125
    assert rate.wait("shop") == 0


def test_tries_in_vain_cost_nothing(clock: Clock) -> None:
    rate = RateLimit(1, clock)
    accepted(rate, 1)
    for _ in range(7):
        clock.now += 0.125
        assert accepted(rate, 10) == 0
    clock.now += 0.125
    assert accepted(rate, 10) == 1


def test_each_name_has_its_own(clock: Clock) -> None:
    rate = RateLimit(2, clock)
    assert accepted(rate, 5, "shop") == 2
    assert accepted(rate, 5, "blog") == 2


def test_over_a_long_time_the_rate_is_kept(clock: Clock) -> None:
    rate, taken = RateLimit(7, clock), 0
    for _ in range(1000):
        clock.now += 0.0625
        taken += accepted(rate, 3)
    assert abs(taken - 7 - 7 * 62.5) <= 1
