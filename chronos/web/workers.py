"""Asks all workers for what each has of the table, and knows a request that comes from another worker."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from aiohttp import ClientError, ClientSession, ClientTimeout
from aiohttp.web import Request
from yarl import URL

from chronos import addresses
from chronos.app import app, config
from chronos.database.queries import query
from chronos.database.refusals import AWAY
from chronos.errors import TooManyCounts, Unauthorised, WindowsUnavailable
from chronos.tables.window_panes import window_panes
from chronos.web.loopback import is_local
from chronos.windows.answers import MOST_COUNTS

HEADER = "Chronos-Worker"
VALID_SECONDS = 60
TOO_MANY_COUNTS = 413  # says so another worker, which is not away
PATIENCE = ClientTimeout(total=4, connect=2)

_secrets: list[bytes] = []
_sessions: list[ClientSession] = []


@dataclass(frozen=True)
class Reply:
    """What a worker said, and for which partitions it was asked."""

    partitions: list[int]
    body: bytes


async def ask(
    path: str, parameters: Mapping[str, str], partitions: Sequence[int] | None = None
) -> list[Reply]:
    """Ask each worker but this one for its partitions, or those of ``partitions``; return who answered.

    Raises TooManyCounts where one of them has too many for an answer.
    """
    wanted = set(range(partition_count()) if partitions is None else partitions)
    owners = {url: sorted(wanted & set(theirs)) for url, theirs in workers().items()}
    others = {url: theirs for url, theirs in owners.items() if theirs and url != own_url()}
    replies = await asyncio.gather(*(_ask(url, path, parameters, some) for url, some in others.items()))
    return [reply for reply in replies if reply is not None]


def workers() -> dict[str, list[int]]:
    """The address of each worker, and which partitions of the table Faust has given to it."""
    topic = window_panes.changelog_topic_name
    found = app.router.table_metadata(window_panes.name)
    return {str(url).rstrip("/"): sorted(topics.get(topic, ())) for url, topics in found.items()}


def own_url() -> str:
    """The address of this worker."""
    return str(app.conf.canonical_url).rstrip("/")


def partition_count() -> int:
    """How many partitions the table has; raise WindowsUnavailable before the worker has joined the others."""
    known = [number for theirs in workers().values() for number in theirs]
    if not app.has_joined or not known:
        raise WindowsUnavailable(reason="this worker is starting")
    # Not what is set: topics keep the number with which they were made.
    return max(known) + 1


async def check(request: Request) -> None:
    """Raise Unauthorised unless a request is from a worker of the same database, or from this machine."""
    if is_local(request):
        return
    made, _, mac = request.headers.get(HEADER, "").partition(" ")
    secret = await _secret()
    if (
        secret is None
        or not (made.isdecimal() and len(made) < 20)
        or abs(time.time() - int(made)) > VALID_SECONDS
        or not hmac.compare_digest(mac.encode(errors="replace"), _mac(secret, made, request.path_qs).encode())
    ):
        raise Unauthorised(reason="this is for other workers of the same database")


@app.on_before_shutdown.connect
async def close(*args: Any, **kwargs: Any) -> None:
    """Close the connections to other workers."""
    while _sessions:
        await _sessions.pop().close()


async def _ask(url: str, path: str, parameters: Mapping[str, str], some: list[int]) -> Reply | None:
    numbers = ",".join(map(str, some))
    try:
        target = URL(url).with_path(path).with_query({**parameters, "partitions": numbers})
        async with _session().get(target, headers=await _signed(target)) as answer:
            body = await answer.read()
            if answer.status == TOO_MANY_COUNTS:
                raise TooManyCounts(limit=MOST_COUNTS)
            return Reply(some, body) if answer.status == 200 else None
    except (ClientError, OSError, TimeoutError):
        return None


async def _signed(target: URL) -> dict[str, str]:
    secret = await _secret()
    made = str(int(time.time()))
    return {} if secret is None else {HEADER: f"{made} {_mac(secret, made, target.raw_path_qs)}"}


def _mac(secret: bytes, made: str, path: str) -> str:
    return hmac.new(secret, f"{made} {path}".encode(), hashlib.sha256).hexdigest()


async def _secret() -> bytes | None:
    """What all workers of a database know; None while that is away, when only this machine's are known."""
    if not _secrets:
        try:
            connection = await asyncpg.connect(addresses.resolve(config).timescaledb, timeout=3)
            try:
                _secrets.append((await connection.fetchval(query("worker_secret"), timeout=3)).encode())
            finally:
                connection.terminate()
        except (*AWAY, AttributeError):  # also one that has no secret yet
            return None
    return _secrets[0]


def _session() -> ClientSession:
    if not _sessions:
        _sessions.append(ClientSession(timeout=PATIENCE))
    return _sessions[0]
