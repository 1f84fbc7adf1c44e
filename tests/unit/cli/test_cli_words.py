"""What commands say of services and numbers."""

import time

import pytest

from chronos.cli import overview, starting, tables
from chronos.embedded.state import RUNNING, ServiceState


def test_a_service_is_where_status_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    worker = ServiceState("worker-1", RUNNING, 7, time.time(), "http://127.0.0.1:6067")
    starting.announce(worker, quiet=False)
    assert capsys.readouterr().out.startswith("worker-1   runs at http://127.0.0.1:6067 (up ")
    assert "http://127.0.0.1:6067" in overview.table([worker], {})
    starting.announce(worker, quiet=True)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("number", "said"), [(0, "0 rows"), (1, "1 row"), (2_000, "2,000 rows")])
def test_numbers_are_said_as_a_person_does(number: int, said: str) -> None:
    assert tables.counted(number, "row") == said
