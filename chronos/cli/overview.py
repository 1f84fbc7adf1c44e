"""What `chronos status` says: as data for programs, as a table for people."""

import time
from dataclasses import dataclass
from typing import Any

from chronos import addresses
from chronos.embedded import client
from chronos.embedded.home import Home
from chronos.embedded.services import backends, is_backend, is_worker
from chronos.embedded.state import RUNNING, ServiceState
from chronos.embedded.worker import public_address, reachable
from chronos.settings import Settings

COLUMNS = ("SERVICE", "STATE", "PID", "ADDRESS", "UPTIME")


def as_data(settings: Settings, seen: client.Overview) -> dict[str, Any]:
    """What `chronos status --json` prints."""
    here = addresses.embedded(settings)
    web = web_address(settings)
    return {
        "services": [
            {"name": one.name, "state": one.state, "pid": one.pid, "address": one.address}
            for one in listed(settings, seen)
        ],
        "web": web,
        "tracker": f"{web}{settings.web.tracker_path}",
        "events": f"{web}{settings.web.events_path}",
        "kafka": settings.kafka.bootstrap or here.get("kafka"),
        "timescaledb": settings.timescaledb.url or here.get("timescaledb"),
        "pipelinedb": settings.pipelinedb.url,
        "home": str(settings.home),
    }


def listed(settings: Settings, seen: client.Overview) -> list[ServiceState]:
    """The services that run here, or would: not those that the settings meanwhile have elsewhere."""
    here = backends(settings)
    return [one for one in seen.services if one.pid or one.name in here or not is_backend(one.name)]


def web_address(settings: Settings) -> str:
    """The address that all workers share; where none runs, what the settings say."""
    services = client.overview(Home(settings.home)).services
    runs = any(is_worker(one.name) and one.pid for one in services)
    return public_address(settings) if runs else f"http://{reachable(settings.web.host)}:{settings.web.port}"


def table(services: list[ServiceState]) -> str:
    """One row for each service."""
    rows = [COLUMNS, *(_row(service) for service in services)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def remarks(seen: client.Overview) -> list[str]:
    """What is wrong, and what to do about it."""
    lines = [f"{one.name}: {one.error}" for one in seen.services if one.error]
    lines += [f"{one.name}: {one.note}" for one in seen.services if one.note]
    if not seen.desired.services:
        lines.append("Nothing should run here: `chronos start` starts everything")
    elif not seen.supervised:
        lines.append("Nobody looks after the services any more: `chronos start` mends that")
    elif seen.not_running:
        lines.append(f"`chronos log {seen.not_running[0]}` shows more, `chronos start` tries again at once")
    return lines


@dataclass(frozen=True)
class Database:
    """What kind of database there is, or why nobody can tell."""

    line: str

    @classmethod
    async def ask(cls, url: str) -> "Database":
        """Ask it for its version and for the extension timescaledb."""
        import asyncpg

        try:
            connection = await asyncpg.connect(url, timeout=3)
            try:
                server = await connection.fetchval("show server_version")
                extension = await connection.fetchval(
                    "select extversion from pg_extension where extname = 'timescaledb'"
                )
            finally:
                await connection.close(timeout=3)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            return cls(f"Database: no answer ({error or type(error).__name__})")
        kind = f"with TimescaleDB {extension}" if extension else "without TimescaleDB: tables are plain ones"
        return cls(f"Database: PostgreSQL {server.split()[0]} {kind}")


def _row(service: ServiceState) -> tuple[str, ...]:
    uptime = duration(time.time() - service.create_time) if service.create_time else "-"
    address = service.address or "-"
    state = (
        service.state
        if service.state == RUNNING or not service.restarts
        else f"{service.state} ({service.restarts})"
    )
    return service.name, state, str(service.pid or "-"), address, uptime


def duration(lasted: float) -> str:
    """As people say it: ``3 h 12 min``."""
    seconds = int(lasted)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"
