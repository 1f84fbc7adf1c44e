"""What is legal in the settings and yet doubtful, for `chronos config check`."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from chronos.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1", "[::1]")
USUAL_PORTS = {"http": 80, "https": 443}
DAY_HOURS = 24


def doubts(settings: Settings, path: Path) -> list[str]:
    """A sentence for each thing, that says what follows from it and what would be better."""
    return [
        *_keys(settings),
        *_origins(settings),
        *_web(settings),
        *_storage(settings),
        *_permissions(settings, path),
    ]


def is_local(origin: str) -> bool:
    """Whether pages of an origin are on the machine of whoever opens them."""
    place = origin.partition("://")[2]
    return re.sub(r":(\d+|\*)$", "", place) in LOOPBACK


def of_origin(origin: str) -> Iterator[str]:
    """What is doubtful about an entry of [web] allowed_origins."""
    if origin == "*":
        yield "with * the pages of everybody may send; name your own"
    if origin == "null":
        yield "with null files and sandboxed frames of everybody may send"
    scheme, _, place = origin.partition("://")
    port = USUAL_PORTS.get(scheme.lower())
    if port and place.endswith(f":{port}"):
        yield f"no browser calls itself {origin}; {origin.removesuffix(f':{port}')} is meant"


def _keys(settings: Settings) -> Iterator[str]:
    if not settings.active_keys:
        yield "write_keys: there is none that is not revoked, so no beacon is accepted; `chronos key new`"
    public = {key.key for key in settings.write_keys}
    for key in settings.read_keys:
        if key.key in public:
            yield (
                f"read_keys: that of {key.name} is a write key, too, which everybody can see, so nobody reads"
                " with it; `chronos key new --read NAME`"
            )


def _origins(settings: Settings) -> Iterator[str]:
    origins = settings.web.allowed_origins
    if not [origin for origin in origins if not is_local(origin)]:
        yield (
            "web.allowed_origins: pages of this machine may send, and none of a site but where Chronos is"
            " behind its own address; `chronos origin add https://shop.example`"
        )
    yield from (f"web.allowed_origins: {said}" for origin in origins for said in of_origin(origin))


def _web(settings: Settings) -> Iterator[str]:
    web = settings.web
    if web.host not in LOOPBACK and not settings.active_read_keys:
        yield (
            f"web.host: {web.host} is open to others and there is no read key, so only this machine reads"
            " views and windows; `chronos key new --read NAME`"
        )


def _storage(settings: Settings) -> Iterator[str]:
    kafka, brokers = settings.kafka, (settings.kafka.bootstrap or "").split(",")
    if kafka.replication == 1 and len(brokers) > 1:
        yield (
            f"kafka.replication: with 1 of {len(brokers)} brokers each message has one copy, and is lost"
            " with its broker; 3 before the first start"
        )
    if kafka.retention_hours < DAY_HOURS:
        yield (
            f"kafka.retention_hours: events are lost when the database is away for {kafka.retention_hours} h"
        )
    if settings.limits.spool_bytes == 0:
        yield "limits.spool_bytes: with 0 beacons are refused (503) as soon as Kafka is away"
    if settings.pipelinedb.mode == "chronos" and settings.pipelinedb.url:
        yield 'pipelinedb.url: it is not used with mode = "chronos"'


def _permissions(settings: Settings, path: Path) -> Iterator[str]:
    urls = (settings.timescaledb.url, settings.pipelinedb.url)
    secret = settings.read_keys or any(url and urlsplit(url).password for url in urls)
    mode = stat.S_IMODE(path.stat().st_mode) if path.is_file() else 0
    if secret and mode & 0o077:
        yield f"{path}: it holds secrets and others may read it (mode {mode:o}); chmod 600"
