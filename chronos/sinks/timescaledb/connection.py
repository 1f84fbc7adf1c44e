"""One connection to PostgreSQL that comes back, and the two kinds of errors that a sink tells apart."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import asyncpg

from chronos.database.address import shown
from chronos.database.refusals import AWAY
from chronos.errors import BatchRejected, MigrationError, SinkUnavailable

PATIENCE = 60.0  # seconds after which a server that does not answer counts as away

# Refused for what is in it: data exceptions, integrity constraints, program limits.
CONTENT = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    asyncpg.exceptions.DataError,
    UnicodeEncodeError,
    OverflowError,
)


class Connection:
    """Connects when asked and after every loss; ``generation`` counts connections, for caches.

    ``prepare`` runs before each connection is made, and may raise MigrationError;
    ``begin`` runs on each new connection, before its first transaction.
    """

    def __init__(
        self,
        url: str,
        sink: str,
        prepare: Callable[[], Awaitable[None]] | None = None,
        server_settings: Mapping[str, str] | None = None,
        begin: Callable[[asyncpg.Connection], Awaitable[None]] | None = None,
    ) -> None:
        self.generation = 0
        self._url = url
        self._sink = sink
        self._prepare = prepare
        self._begin = begin
        self._server_settings = {"application_name": f"chronos {sink}", **(server_settings or {})}
        self._connection: asyncpg.Connection | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """A transaction; raises BatchRejected for content, SinkUnavailable for any other failure."""
        try:
            async with asyncio.timeout(PATIENCE):
                connection = await self._connected()
                # Ends a transaction, its rollback included, that a timeout alone would leave waiting.
                end = asyncio.get_running_loop().call_later(PATIENCE, connection.terminate)
                try:
                    async with connection.transaction():
                        yield connection
                finally:
                    end.cancel()
        except CONTENT as error:
            raise BatchRejected(sink=self._name, reason=_reason(error)) from error
        except (*AWAY, MigrationError) as error:
            self._drop()
            raise SinkUnavailable(sink=self._name, reason=_reason(error)) from error
        except asyncio.CancelledError:
            self._drop()
            raise

    async def close(self) -> None:
        """Close it, without waiting for a server that is away."""
        self._drop()

    @property
    def _name(self) -> str:
        return f"{self._sink} (PostgreSQL at {shown(self._url)})"

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            if self._prepare is not None:
                await self._prepare()
            self._connection = await asyncpg.connect(
                self._url, timeout=10, server_settings=self._server_settings
            )
            self.generation += 1
            if self._begin is not None:
                await self._begin(self._connection)
        return self._connection

    def _drop(self) -> None:
        # After a failure nobody knows what state it is in; a new one asks the watermark.
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
