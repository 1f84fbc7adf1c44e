"""The port that all workers of a state directory share (SO_REUSEPORT), and that no other program may.

The kernel would let in any process of this user. So who comes first makes sure that nobody is there, and
a lock that all workers share as long as they live tells those who come later that it is one of them.
"""

import fcntl
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chronos.errors import PortTaken

SECRET = 0o600
BACKLOG = 1024  # connections of a burst that wait while the loop is busy


def addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """What to listen on for ``host``, which may be a name or, empty, stand for all; raise OSError."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, (str(at[0]), port)) for family, _, _, _, at in found))


class PublicPort:
    """``folder`` holds the locks of those who share ``port`` of ``host``."""

    def __init__(self, folder: Path, host: str, port: int) -> None:
        self._folder, self._host, self._port = folder, host, port
        self._membership: int | None = None
        self._busy = threading.Lock()

    def take(self) -> list[socket.socket]:
        """Sockets on which nothing is listened to yet; raise PortTaken where it is another program's.

        Until then the kernel gives us no connection.
        """
        try:
            with self._gate():
                members = self._open("members")
                try:
                    if _lock(members, fcntl.LOCK_EX):
                        self._check_nobody_listens()
                    sockets = self._bound()
                except BaseException:
                    os.close(members)
                    raise
                # Nobody looks meanwhile: that needs the gate.
                fcntl.flock(members, fcntl.LOCK_SH)
                self._membership = members
                return sockets
        except OSError as error:
            raise PortTaken(host=self._host, port=self._port, reason=error.strerror or str(error)) from error

    def is_shared(self) -> bool:
        """Whether other workers have it, too."""
        if not self._folder.is_dir():
            return False
        with self._busy, self._gate():
            members = self._open("members")
            try:
                # Our own membership is let go of for a moment, to see whether it was the only one.
                if self._membership is not None:
                    fcntl.flock(self._membership, fcntl.LOCK_UN)
                return not _lock(members, fcntl.LOCK_EX)
            finally:
                os.close(members)
                if self._membership is not None:
                    fcntl.flock(self._membership, fcntl.LOCK_SH)

    def leave(self) -> None:
        """Be one of them no more; the sockets are to be closed before."""
        with self._busy:
            if self._membership is not None:
                os.close(self._membership)
                self._membership = None

    def _check_nobody_listens(self) -> None:
        for family, address in addresses(self._host, self._port):
            _bind(family, address, shared=False).close()

    def _bound(self) -> list[socket.socket]:
        sockets: list[socket.socket] = []
        try:
            for family, address in addresses(self._host, self._port):
                sockets.append(_bind(family, address, shared=True))
        except OSError:
            for one in sockets:
                one.close()
            raise
        return sockets

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """Held for moments, while one looks who is there."""
        gate = self._open("gate")
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield
        finally:
            os.close(gate)

    def _open(self, name: str) -> int:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(self._folder / f"web-{self._port}.{name}", os.O_RDWR | os.O_CREAT, SECRET)


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _bind(family: socket.AddressFamily, address: tuple[str, int], *, shared: bool) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        # A port whose last connections are in TIME_WAIT is free to a server.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
    except BaseException:
        made.close()
        raise
    return made
