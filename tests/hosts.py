"""Two hosts with a cable between them: network namespaces, whose addresses nobody else can reach."""

import ctypes
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

CLONE_NEWNET = 0x40000000
T = TypeVar("T")


class Host:
    """What is run on it has its network, and so have the processes that are started there."""

    def __init__(self, name: str, address: str, device: str) -> None:
        self.name, self.address, self.device = name, address, device
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name, initializer=_enter, initargs=(name,))

    def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Call ``work`` there, and return what it does."""
        return self._thread.submit(work, *arguments).result()

    def close(self) -> None:
        self._thread.shutdown()


@contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """Make them, and leave nothing behind; skip where this machine does not allow that."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and the program `ip`")
    unique = secrets.token_hex(3)
    names = [f"chronos-{side}-{unique}" for side in "ab"]
    devices = [f"ch{side}{unique}" for side in "ab"]
    try:
        for name in names:
            _ip("netns", "add", name)
    except subprocess.CalledProcessError as error:
        _remove(names)
        pytest.skip(f"no network namespaces here: {error.stderr.strip()}")
    try:
        peers = ["peer", "name", devices[1], "netns", names[1]]
        _ip("link", "add", devices[0], "netns", names[0], "type", "veth", *peers)
        hosts = [
            Host(name, f"10.231.7.{number}", device)
            for number, (name, device) in enumerate(zip(names, devices, strict=True), 1)
        ]
        for host in hosts:
            _ip("-n", host.name, "address", "add", f"{host.address}/24", "dev", host.device)
            _ip("-n", host.name, "link", "set", "lo", "up")
            plug(host)
        yield hosts[0], hosts[1]
        for host in hosts:
            host.close()
    finally:
        _remove(names)


def unplug(host: Host) -> None:
    """Pull the cable out: nothing comes through, and nobody is told."""
    _ip("-n", host.name, "link", "set", host.device, "down")


def plug(host: Host) -> None:
    """Put it back."""
    _ip("-n", host.name, "link", "set", host.device, "up")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True, timeout=20)


def _remove(names: list[str]) -> None:
    for name in names:
        subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True, timeout=20)


def _enter(name: str) -> None:
    """Have this thread, and what it starts, use the network of a namespace."""
    descriptor = os.open(Path("/run/netns") / name, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {name}")
    finally:
        os.close(descriptor)
