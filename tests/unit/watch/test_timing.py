"""When something that is so begins to be an incident, and when that is over."""

import pytest

from chronos.watch.incidents import KINDS, Condition, Incident
from chronos.watch.timing import Timing

NAME = "broker_away"  # begins after 30 s, ends after 30 s
AWAY = Condition(NAME, "2", "broker 2 is away")
JUDGED = {NAME}


class Watched:
    """Looks at the seconds that it is told, and keeps what lasts as a ledger does."""

    def __init__(self) -> None:
        self.timing = Timing()
        self.ongoing: dict[tuple[str, str], Incident] = {}

    def look(self, now: float, *conditions: Condition, judged: set[str] = JUDGED) -> list[tuple[str, float]]:
        """What changes now: ``("begun", since)`` or ``("ended", since)``."""
        said = []
        for one in self.timing.changes(now, conditions, judged, self.ongoing):
            if one.ended is None:
                self.ongoing[one.key] = one
                said.append(("begun", one.begun))
            else:
                del self.ongoing[one.key]
                said.append(("ended", one.ended))
        return said


def test_it_begins_once_when_it_was_so_for_long_enough_and_ends_once() -> None:
    watched = Watched()
    assert [watched.look(now, AWAY) for now in (0, 10, 29)] == [[], [], []]
    assert watched.look(30, AWAY) == [("begun", 0)]
    assert [watched.look(now, AWAY) for now in (40, 3600, 90_000)] == [[], [], []]
    assert [watched.look(now) for now in (90_005, 90_034)] == [[], []]
    assert watched.look(90_035) == [("ended", 90_005)]
    assert watched.look(90_100) == []


def test_a_topic_is_missed_at_once_and_no_longer_than_until_the_look_that_finds_it() -> None:
    watched = Watched()
    missing = Condition("topic_missing", "events", "topic events is missing")
    judged = {missing.name}
    assert watched.look(0, missing, judged=judged) == [("begun", 0)]
    assert watched.look(5, missing, judged=judged) == []
    assert watched.look(10, judged=judged) == [("ended", 10)]


def test_what_is_so_for_a_moment_only_is_none() -> None:
    watched = Watched()
    for now in range(0, 600, 20):
        assert watched.look(now, AWAY) == []
        assert watched.look(now + 10) == []


def test_what_comes_and_goes_while_it_lasts_is_not_told_again() -> None:
    watched = Watched()
    watched.look(0, AWAY)
    assert watched.look(30, AWAY) == [("begun", 0)]
    for now in range(40, 900, 40):
        assert watched.look(now) == []
        assert watched.look(now + 20, AWAY) == []


def test_what_nobody_can_tell_neither_begins_nor_ends() -> None:
    watched = Watched()
    watched.look(0, AWAY)
    assert watched.look(60, judged=set()) == []
    assert watched.look(70, AWAY) == [("begun", 0)]
    assert [watched.look(now, judged=set()) for now in (100, 1000)] == [[], []]
    assert watched.look(1010) == []
    assert watched.look(1020, judged=set()) == []
    assert watched.look(1050) == [], "it is not known that it was over in between"
    assert watched.look(1080) == [("ended", 1050)]


def test_each_subject_is_an_incident_of_its_own() -> None:
    watched = Watched()
    other = Condition(NAME, "3", "broker 3 is away")
    watched.look(0, AWAY)
    watched.look(20, AWAY, other)
    assert watched.look(35, AWAY, other) == [("begun", 0)]
    assert watched.look(50, AWAY, other) == [("begun", 20)]


def test_what_lasts_already_when_a_worker_starts_is_not_told_again() -> None:
    watched = Watched()
    known = Incident(NAME, "2", "broker 2 is away", begun=-500.0)
    watched.ongoing[known.key] = known
    assert [watched.look(now, AWAY) for now in (0, 40, 400)] == [[], [], []]
    watched.look(410)
    assert watched.look(440) == [("ended", 410)]


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if not kind.after])
def test_what_needs_no_patience_begins_at_once(name: str) -> None:
    watched = Watched()
    assert watched.look(5, Condition(name, "", "so"), judged={name}) == [("begun", 5)]
