"""The port that workers share: with each other, and with nobody else."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from project import free_port

from chronos.errors import PortTaken
from chronos.public_port import PublicPort, addresses

HOST = "127.0.0.1"
# Another worker: takes the port, listens, says so, and waits.
OTHER = """
import signal, sys
from pathlib import Path
from chronos.public_port import PublicPort
folder, host, port = sys.argv[1:]
for one in PublicPort(Path(folder), host, int(port)).take():
    one.listen()
print("listens", flush=True)
signal.pause()
"""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    """Sockets that are closed at the end."""
    made: list[socket.socket] = []
    yield made
    for one in made:
        one.close()


@pytest.fixture
def other(tmp_path: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """Another worker of the same state directory, which listens."""
    command = [sys.executable, "-c", OTHER, str(tmp_path), HOST, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "listens\n"
        yield process
        process.kill()


def taken(port: PublicPort, sockets: list[socket.socket], *, listen: bool = True) -> None:
    for one in port.take():
        sockets.append(one)
        if listen:
            one.listen()


def test_until_it_listens_no_connection_comes(
    tmp_path: Path, port: int, sockets: list[socket.socket]
) -> None:
    public = PublicPort(tmp_path, HOST, port)
    taken(public, sockets, listen=False)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, port), 5)
    public.leave()


def test_workers_share_it_and_each_gets_connections(
    tmp_path: Path, port: int, sockets: list[socket.socket], other: "subprocess.Popen[str]"
) -> None:
    public = PublicPort(tmp_path, HOST, port)
    taken(public, sockets)
    assert public.is_shared()
    for _ in range(200):
        socket.create_connection((HOST, port), 5).close()
    assert 0 < accepted(sockets[0]) < 200
    public.leave()


def accepted(listener: socket.socket) -> int:
    count = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def test_whoever_is_left_knows_to_be_alone(
    tmp_path: Path, port: int, sockets: list[socket.socket], other: "subprocess.Popen[str]"
) -> None:
    public = PublicPort(tmp_path, HOST, port)
    taken(public, sockets)
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert not public.is_shared()
    assert PublicPort(tmp_path, HOST, port).is_shared(), "and others still see who is left"
    public.leave()
    assert not PublicPort(tmp_path, HOST, port).is_shared()


@pytest.mark.parametrize("option", [None, socket.SO_REUSEADDR, socket.SO_REUSEPORT], ids=str)
def test_another_program_is_an_error_even_where_the_kernel_would_let_us_in(
    tmp_path: Path, port: int, option: int | None
) -> None:
    with closing(socket.socket()) as stranger:
        if option is not None:
            stranger.setsockopt(socket.SOL_SOCKET, option, 1)
        stranger.bind((HOST, port))
        stranger.listen()
        with pytest.raises(PortTaken, match=rf"Port {port} of 127\.0\.0\.1 .*Address already in use"):
            PublicPort(tmp_path, HOST, port).take()
    assert not PublicPort(tmp_path, HOST, port).is_shared()


def test_workers_of_another_state_directory_are_another_program(
    tmp_path: Path, port: int, other: "subprocess.Popen[str]"
) -> None:
    with pytest.raises(PortTaken):
        PublicPort(tmp_path / "elsewhere", HOST, port).take()


def test_many_that_start_at_once_all_share_it(tmp_path: Path, port: int) -> None:
    command = [sys.executable, "-c", OTHER, str(tmp_path), HOST, str(port)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    try:
        for process in started:
            assert process.stdout
            assert process.stdout.readline() == "listens\n"
    finally:
        for process in started:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()


def test_a_host_that_stands_for_all_is_every_family() -> None:
    families = {family for family, _ in addresses("", 6066)}
    assert socket.AF_INET in families
    assert addresses(HOST, 6066) == [(socket.AF_INET, (HOST, 6066))]


def test_a_host_that_is_none_says_so(tmp_path: Path, port: int) -> None:
    with pytest.raises(PortTaken, match=r"no-such-host.*\(.*[Nn]ame"):
        PublicPort(tmp_path, "no-such-host.invalid", port).take()
