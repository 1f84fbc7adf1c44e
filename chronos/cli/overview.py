"""What runs here, as the commands say it."""

import time
from collections.abc import Mapping

from chronos.cli import tables
from chronos.embedded.state import ServiceState

COLUMNS = ("SERVICE", "STATE", "PID", "ADDRESS", "UPTIME", "MEMORY", "RESTARTS")


def table(services: list[ServiceState], memory: Mapping[str, int | None]) -> str:
    """One row for each service."""
    rows = [COLUMNS, *(_row(service, memory.get(service.name)) for service in services)]
    return "\n".join(tables.lines(rows))


def size(count: int) -> str:
    """Bytes as a person reads them: 12 KB, 1.2 GB."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}" if count < 10 * factor else f"{count / factor:.0f} {unit}"
    return f"{count / 1e3:.0f} KB"


def duration(lasted: float) -> str:
    """Seconds as a person reads them: 3 min 12 s, 2 d 4 h."""
    seconds = max(0, int(lasted))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"


def _row(service: ServiceState, memory: int | None) -> tuple[str, ...]:
    uptime = duration(time.time() - service.create_time) if service.create_time else "-"
    return (
        service.name,
        service.state,
        str(service.pid or "-"),
        service.address or "-",
        uptime,
        size(memory) if memory else "-",
        str(service.restarts),
    )
