import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from project import free_port

from chronos.embedded import cache, files, ports
from chronos.embedded.chosen import Chosen
from chronos.embedded.errors import NoFreePort
from chronos.embedded.home import Home


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_port_that_somebody_listens_on_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)


def test_port_that_somebody_listens_on_everywhere_is_not_free() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert not ports.is_free(server.getsockname()[1])


def test_usual_port_is_taken_when_it_is_free() -> None:
    port = free_port()
    assert ports.choose(port, None, ()) == port


def test_next_free_one_is_chosen_when_the_usual_one_is_taken(taken: int) -> None:
    assert taken < ports.choose(taken, None, ()) <= taken + ports.TRIES


def test_port_of_another_service_is_not_chosen() -> None:
    port = free_port()
    assert ports.choose(port, None, {port}) > port


def test_kept_port_comes_before_the_usual_one() -> None:
    kept = free_port()
    assert ports.choose(1024, kept, ()) == kept


def test_kept_port_that_is_taken_is_given_up(taken: int) -> None:
    assert ports.choose(free_port(), taken, ()) != taken


def test_port_that_another_supervisor_is_about_to_use_is_not_chosen(tmp_path: Path) -> None:
    port = free_port()
    other = files.hold(cache.folder("ports") / str(port), 0)
    assert other is not None
    assert ports.choose(port, None, ()) > port
    os.close(other)
    assert ports.choose(port, None, ()) == port
    assert ports.choose(port, port, ()) == port


def test_without_a_place_for_claims_ports_are_chosen_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    port = free_port()
    assert ports.choose(port, None, ()) == port


def test_no_free_port_is_an_error_that_names_the_range() -> None:
    with pytest.raises(NoFreePort, match="65535 to 65535"):
        ports.choose(65_535, None, {65_535})


def test_choice_is_kept(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        usual = server.getsockname()[1]
        chosen = Chosen(home).port("kafka", usual)
    assert chosen != usual
    assert Chosen(home).port("kafka", usual) == chosen
    assert Chosen(home).kept_port("kafka") == chosen


def test_another_wish_ends_the_choice(home: Home) -> None:
    old, new = free_port(), free_port()
    assert Chosen(home).port("worker-1", old) == old
    assert Chosen(home).port("worker-1", new) == new


def test_two_services_never_share_a_port(home: Home) -> None:
    port = free_port()
    assert Chosen(home).port("kafka", port) != Chosen(home).port("controller", port)


def test_published_address_keeps_the_ports(home: Home) -> None:
    port = Chosen(home).port("kafka", free_port())
    Chosen(home).publish("kafka", "127.0.0.1:9092")
    assert Chosen(home).read()["kafka"] == "127.0.0.1:9092"
    assert Chosen(home).kept_port("kafka") == port
