"""What runs here and where everything is, as the commands say it."""

import time
from collections.abc import Mapping

from chronos import addresses
from chronos.cli import tables
from chronos.containers.deployment import Deployment
from chronos.embedded import client
from chronos.embedded.home import Home
from chronos.embedded.services import backends, is_backend, is_worker
from chronos.embedded.state import ServiceState
from chronos.embedded.worker import public_address, reachable
from chronos.settings import Settings

COLUMNS = ("SERVICE", "STATE", "PID", "ADDRESS", "UPTIME", "MEMORY", "RESTARTS")


def where(settings: Settings) -> dict[str, str | None]:
    """Where everything is: addresses, and the state directory."""
    here = addresses.embedded(settings)
    web = web_address(settings)
    return {
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
    if Deployment.of(settings):
        return seen.services
    here = backends(settings)
    return [one for one in seen.services if one.pid or one.name in here or not is_backend(one.name)]


def of(settings: Settings) -> client.Overview:
    """What should run and what does, in whichever way everything runs here."""
    deployment = Deployment.of(settings)
    return deployment.overview() if deployment else client.overview(Home(settings.home))


def web_address(settings: Settings) -> str:
    """The address of the proxy, or that which all workers share; where none runs, what the settings say."""
    if deployment := Deployment.of(settings):
        return deployment.web
    services = client.overview(Home(settings.home)).services
    runs = any(is_worker(one.name) and one.pid for one in services)
    return public_address(settings) if runs else f"http://{reachable(settings.web.host)}:{settings.web.port}"


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
