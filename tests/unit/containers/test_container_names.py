"""Services in containers are called alike by people, by Compose and by Docker."""

import pytest

from chronos.containers import names
from chronos.containers.errors import NotInContainers

all_services = names.all_of(2, ["grafana"])


def test_all_services_are_named_as_they_depend_on_each_other() -> None:
    assert all_services == [
        *("kafka-1", "kafka-2", "kafka-3", "timescaledb"),
        *("worker-1", "worker-2", "proxy", "prometheus", "grafana"),
    ]
    assert sorted(["worker-10", "worker-9", "proxy", "kafka-1"], key=names.in_order) == [
        *("kafka-1", "worker-9", "worker-10", "proxy")
    ]


@pytest.mark.parametrize(
    ("given", "expected", "meant"),
    [
        ([], [], set()),
        (["kafka"], ["kafka-1", "kafka-2", "kafka-3"], {"kafka-1", "kafka-2", "kafka-3"}),
        (["postgres"], ["timescaledb"], {"timescaledb"}),
        (["worker"], ["worker"], {"worker-1", "worker-2"}),
        (["kafka-2", "kafka"], ["kafka-2", "kafka-1", "kafka-3"], {"kafka-1", "kafka-2", "kafka-3"}),
    ],
)
def test_names_of_the_other_ways_mean_the_same(
    given: list[str], expected: list[str], meant: set[str]
) -> None:
    assert names.compose(given) == expected
    assert names.expanded(given, all_services) == meant


def test_a_name_that_stands_for_nothing_is_refused() -> None:
    with pytest.raises(NotInContainers, match=r"no service 'kafak' in containers here: known are kafka,"):
        names.compose(["kafak"])


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], ["worker-1", "worker-2"]),
        (["worker-2", "worker-3", "proxy"], ["worker-2", "worker-3"]),
        (["worker-3"], ["worker-1", "worker-3"]),
        (["worker-1", "worker-2", "worker-3"], ["worker-1", "worker-2"]),
    ],
)
def test_workers_that_are_there_count_whatever_their_numbers(there: list[str], expected: list[str]) -> None:
    assert names.workers(2, there) == expected
    assert names.all_of(2, [], there) == [*names.FIRST, *expected, "proxy"]


@pytest.mark.parametrize(
    ("container", "service"),
    [("kafka-1-1", "kafka-1"), ("worker-2", "worker-2"), ("timescaledb-1", "timescaledb")],
)
def test_a_container_tells_its_service(container: str, service: str) -> None:
    assert names.of_container(container) == service
