"""Reads continuous views for others: which there are, and rows of one, filtered, ordered and limited.

Every value is a bound parameter, converted by the server to its column's type; names are those of the
catalog. Nothing can be written, and nothing takes longer than the timeout.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from chronos.database.address import shown
from chronos.database.refusals import AWAY, is_refusal, said
from chronos.errors import (
    AskedTooLarge,
    AskedTooMuch,
    BadRequest,
    NoSuchView,
    ViewFails,
    ViewsUnavailable,
)
from chronos.views.compiled import quoted

Connection = PoolConnectionProxy

OPERATORS = {"": "=", "gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}
LOST_PLUS = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d(?::?\d\d)?)$")  # `+` in a query string is a space
LIMIT, MOST = 100, 10_000
CONNECTIONS = 4
AT_ONCE = 200  # rows
MOST_CHARACTERS = 16_000_000
UNREADABLE = (asyncpg.DataError, asyncpg.UndefinedFunctionError, ValueError)


@dataclass(frozen=True)
class View:
    """A view that can be read: its columns are types by name."""

    name: str
    about: str
    columns: dict[str, str]


@dataclass(frozen=True)
class Question:
    """What is asked of a view, as it is in a query string."""

    order: tuple[tuple[str, bool], ...] = ()  # columns, and whether downwards
    limit: int = LIMIT
    offset: int = 0
    filters: tuple[tuple[str, str, str, str], ...] = field(default=())  # parameter, column, operator, value


def understand(view: View, parameters: Sequence[tuple[str, str]]) -> Question:
    """Read the parameters of a request; raise BadRequest, which names the one that is wrong."""
    order: tuple[tuple[str, bool], ...] = ()
    numbers = {"limit": LIMIT, "offset": 0}
    filters = []
    for name, value in parameters:
        if name in ("order", *numbers) and [one for one, _ in parameters].count(name) > 1:
            raise BadRequest(reason=f"{name}: is given more than once")
        if name == "order":
            order = tuple(_order(view, one) for one in value.split(","))
        elif name in numbers:
            numbers[name] = _number(name, value)
        else:
            column, _, operator = name.partition(".")
            if column not in view.columns or operator not in OPERATORS:
                raise BadRequest(reason=f"{name}: {_what_there_is(view)}")
            if "time" in view.columns[column]:
                value = LOST_PLUS.sub(r"\1+\2", value)
            filters.append((name, column, OPERATORS[operator], value))
    return Question(order, numbers["limit"], numbers["offset"], tuple(filters))


def _order(view: View, text: str) -> tuple[str, bool]:
    name = text.removeprefix("-")
    if name not in view.columns:
        raise BadRequest(
            reason=f"order={text[:200]}: takes columns, `-` before one for downwards; these are"
            f" {', '.join(view.columns)}"
        )
    return name, text != name


def _number(name: str, text: str) -> int:
    least, most = (1, MOST) if name == "limit" else (0, 1_000_000_000)
    if not (text.isascii() and text.isdecimal()) or not least <= int(text[:20]) <= most:
        raise BadRequest(reason=f"{name}={text[:200]}: takes a whole number from {least} to {most}")
    return int(text)


def _what_there_is(view: View) -> str:
    return (
        "there is no such parameter; there are order, limit, offset and the columns"
        f" {', '.join(view.columns)}, each also with .gte, .gt, .lte or .lt behind it"
    )


class Reader:
    """Reads the views in the database at ``url``; ``catalog`` is the query that lists them."""

    def __init__(self, url: str, catalog: str, timeout_seconds: float) -> None:
        self._url = url
        self._catalog = catalog
        self._timeout = timeout_seconds
        self._pool: asyncpg.Pool | None = None

    async def views(self) -> list[View]:
        """All views that can be read; raises ViewsUnavailable."""
        async with self._transaction() as connection:
            return await self._views(connection)

    async def read(
        self, name: str, parameters: Sequence[tuple[str, str]]
    ) -> tuple[View, Question, list[Any]]:
        """Rows of a view, as tuples; raises what is a RequestError."""
        async with self._transaction() as connection:
            views = {view.name: view for view in await self._views(connection)}
            if name not in views:
                raise NoSuchView(name=name[:200], known=", ".join(views) or "none")
            question = understand(views[name], parameters)
            await self._check_values(connection, views[name], question)
            text, values = _query(views[name], question)
            try:
                rows = await _fetch(connection, text, values)
            except asyncpg.PostgresError as error:
                if isinstance(error, asyncpg.QueryCanceledError) or not is_refusal(error):
                    raise
                raise ViewFails(name=name, reason=said(error)) from error
        return views[name], question, rows

    async def _views(self, connection: Connection) -> list[View]:
        found: dict[str, View] = {}
        for row in await connection.fetch(self._catalog):
            view = found.setdefault(row["view"], View(row["view"], row["about"], {}))
            view.columns[row["column"]] = row["type"]
        return list(found.values())

    async def _check_values(self, connection: Connection, view: View, question: Question) -> None:
        for parameter, column, operator, value in question.filters:
            kind = view.columns[column]
            try:
                async with connection.transaction():
                    # A comparison that there is not for the type fails here, too.
                    await connection.fetchval(f"select $1::text::{kind} {operator} $1::text::{kind}", value)
            except UNREADABLE as error:
                raise BadRequest(reason=f"{parameter}={value[:200]}: takes a value of type {kind}") from error

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Connection]:
        try:
            # All of it together, waiting for a connection included.
            async with asyncio.timeout(self._timeout) as deadline:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self._url,
                        min_size=0,
                        max_size=CONNECTIONS,
                        timeout=10,
                        server_settings=self._session(),
                        statement_cache_size=0,  # a view that was made anew has other types
                    )
                async with self._pool.acquire() as connection:
                    # Ends what is to end a transaction, where the server says nothing more.
                    end = asyncio.get_running_loop().call_later(self._timeout + 1, connection.terminate)
                    try:
                        async with connection.transaction(readonly=True):
                            yield connection
                    finally:
                        end.cancel()
        except asyncpg.QueryCanceledError as error:
            raise AskedTooMuch(seconds=self._timeout) from error
        except AWAY as error:
            if isinstance(error, TimeoutError) and deadline.expired():
                raise AskedTooMuch(seconds=self._timeout) from error
            raise ViewsUnavailable(address=shown(self._url), reason=error or type(error).__name__) from error

    def _session(self) -> dict[str, str]:
        return {
            "application_name": "chronos api",
            "TimeZone": "UTC",
            "default_transaction_read_only": "on",
            "statement_timeout": f"{self._timeout * 1000:.0f}",
        }


def _size(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_size, value))
    return len(value) if isinstance(value, str | bytes) else 8


async def _fetch(connection: Connection, text: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows, as long as they are not too large for an answer; raises AskedTooLarge."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    async for row in connection.cursor(text, *values, prefetch=AT_ONCE):
        rows.append(tuple(row))
        size += sum(map(_size, row))
        if size > MOST_CHARACTERS:
            raise AskedTooLarge(limit=MOST_CHARACTERS, rows=len(rows))
    return rows


def _query(view: View, question: Question) -> tuple[str, list[Any]]:
    conditions, values = [], []
    for number, (_, column, operator, value) in enumerate(question.filters, 1):
        conditions.append(f"{quoted(column)} {operator} ${number}::text::{view.columns[column]}")
        values.append(value)
    where = f" where {' and '.join(conditions)}" if conditions else ""
    order = ", ".join(
        f"{quoted(name)} {'desc' if down else 'asc'} nulls last" for name, down in question.order
    )
    columns = ", ".join(map(quoted, view.columns))
    text = f"select {columns} from public.{quoted(view.name)}{where}{f' order by {order}' if order else ''}"
    return f"{text} limit {question.limit} offset {question.offset}", values
