"""Which ports of this machine lead into containers, and the addresses that follow from them."""

from urllib.parse import quote

from chronos.containers import mounted, names
from chronos.embedded.chosen import Chosen
from chronos.embedded.home import Home
from chronos.embedded.worker import reachable
from chronos.settings import Settings

HERE = "127.0.0.1"
USUAL = {
    **dict(zip(names.BROKERS, (19_092, 29_092, 39_092), strict=True)),
    "timescaledb": 15_432,
    "pipelinedb": 25_432,
    "grafana": 3_000,
}
OF_A_SITE = {"proxy": 80, "proxy-https": 443}
PREFIX = "docker-"


def choose(settings: Settings, site: str | None, running: set[str]) -> None:
    """Choose the ports of what does not run yet, and tell the commands where Kafka and the database are."""
    chosen = Chosen(Home(settings.home))
    for name, usual in USUAL.items():
        if name not in running or chosen.kept_port(PREFIX + name) is None:
            chosen.port(PREFIX + name, usual)
    if site is None and ("proxy" not in running or _kept(settings, "proxy") is None):
        chosen.forget(f"{PREFIX}proxy")
        chosen.port(f"{PREFIX}proxy", settings.web.port, settings.web.host)
        chosen.port(f"{PREFIX}proxy-https", 8_443, settings.web.host)
    secret = quote(mounted.password(Home(settings.home), "postgres_password"), safe="")
    chosen.publish("kafka", ",".join(f"{HERE}:{_kept(settings, broker)}" for broker in names.BROKERS))
    chosen.publish(
        "timescaledb", f"postgresql://chronos:{secret}@{HERE}:{_kept(settings, 'timescaledb')}/chronos"
    )


def variables(settings: Settings, site: str | None) -> dict[str, str]:
    """What the Compose file asks for: a port for each service, and the address on which the proxy listens."""
    found = {f"{name.upper().replace('-', '_')}_PORT": _kept(settings, name) for name in USUAL}
    if site is None:
        listen = settings.web.host
        found |= {"HTTP_PORT": _kept(settings, "proxy"), "HTTPS_PORT": _kept(settings, "proxy-https")}
    else:
        listen = "0.0.0.0"
        found |= {"HTTP_PORT": OF_A_SITE["proxy"], "HTTPS_PORT": OF_A_SITE["proxy-https"]}
    return {"LISTEN": listen, **{name: str(port) for name, port in found.items() if port}}


def web(settings: Settings, site: str | None) -> str:
    """The proxy's address, as a browser calls it."""
    if site is not None:
        return f"https://{site}"
    return f"http://{reachable(settings.web.host)}:{_kept(settings, 'proxy') or settings.web.port}"


def moved_port(settings: Settings) -> tuple[int, int] | None:
    """The port of [web] and that of the proxy, where it is another."""
    return Chosen(Home(settings.home)).moved(f"{PREFIX}proxy")


def pipelinedb(settings: Settings) -> str | None:
    """The URL of PipelineDB's container, as this machine reaches it."""
    port = _kept(settings, "pipelinedb")
    secret = quote(mounted.password(Home(settings.home), "pipelinedb_password"), safe="")
    return f"postgresql://chronos:{secret}@{HERE}:{port}/chronos" if port else None


def kept(settings: Settings) -> dict[str, str]:
    """host:port of each service that this machine reaches."""
    found = {name: _kept(settings, name) for name in USUAL}
    return {name: f"{HERE}:{port}" for name, port in found.items() if port}


def _kept(settings: Settings, name: str) -> int | None:
    return Chosen(Home(settings.home)).kept_port(PREFIX + name)
