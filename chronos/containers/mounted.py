"""The files that containers see: secrets, ``chronos.toml``, views of one's own.

Whoever runs in a container is another user than ours, and Compose mounts a file as it is. So these are
readable by all, in a folder that only its owner may enter: containers reach them by their mounts.
"""

import os
import secrets
import shutil
from pathlib import Path

from chronos.embedded import files
from chronos.embedded.home import Home
from chronos.settings import ENV_PREFIX, Settings, config_path
from chronos.settings.from_files import SUFFIX, named

OWNER_ONLY = 0o700
FOR_ALL = 0o755
READABLE = 0o644
READER_PASSWORD = "chronos_reader_password"
PASSWORDS = ("postgres_password", "pipelinedb_password", "grafana_password", READER_PASSWORD)
# What the image or the Compose file says itself, and what is true of this machine only.
NOT_PASSED_ON = {
    *("CHRONOS_CONFIG", "CHRONOS_HOME", "CHRONOS_WORKER", "CHRONOS_WEB_HOST", "CHRONOS_WEB_PORT"),
    *("CHRONOS_KAFKA_BOOTSTRAP", "CHRONOS_KAFKA_REPLICATION", "CHRONOS_TIMESCALEDB_URL"),
    *("CHRONOS_PIPELINEDB_URL", "CHRONOS_PIPELINEDB_VIEWS", "CHRONOS_WEB_ADVERTISED_URL"),
}


def root(home: Home) -> Path:
    """The folder above all of them."""
    return home.path / "docker"


def password(home: Home, name: str) -> str:
    """The password ``name``: random, made once."""
    path = root(home) / "secrets" / name
    if not path.exists():
        _folders(home)
        files.write_whole(path, secrets.token_urlsafe(24), READABLE)
    return path.read_text()


def make_secrets(home: Home) -> None:
    """Make the passwords that are not there, and the addresses that contain them."""
    found = {name: password(home, name) for name in PASSWORDS}
    for service, name in (("timescaledb", "postgres_password"), ("pipelinedb", "pipelinedb_password")):
        url = f"postgresql://chronos:{found[name]}@{service}:5432/chronos"
        files.write_whole(root(home) / "secrets" / f"{service}_url", url, READABLE)


def publish(home: Home, settings: Settings) -> None:
    """Put the settings of now where workers read them; a running worker takes new keys within seconds."""
    _folders(home)
    config = root(home) / "config"
    if config_path().exists():
        files.write_whole(config / "chronos.toml", config_path().read_text(encoding="utf-8"), READABLE)
    else:
        (config / "chronos.toml").unlink(missing_ok=True)
    shutil.rmtree(config / "views", ignore_errors=True)
    if settings.pipelinedb.views.is_dir():
        shutil.copytree(settings.pipelinedb.views, config / "views")
        for path in (config / "views").rglob("*"):
            path.chmod(FOR_ALL if path.is_dir() else READABLE)
    # Read by Compose, not by a container, so it stays ours alone.
    files.write_whole(config / "worker.env", "".join(_variables()))


def _variables() -> list[str]:
    own = {name: value for name, value in os.environ.items() if name.startswith(ENV_PREFIX)}
    in_files = named(own, {name.removesuffix(SUFFIX) for name in own if name.endswith(SUFFIX)})
    own = {name: value for name, value in own.items() if not name.endswith(SUFFIX)}
    own |= {name: file.read_text().rstrip("\r\n") for name, file in in_files.items()}
    kept = {name: value for name, value in own.items() if name not in NOT_PASSED_ON and "\n" not in value}
    return [f"{name}={value}\n" for name, value in sorted(kept.items())]


def _folders(home: Home) -> None:
    home.make()
    for folder, mode in (
        (root(home), OWNER_ONLY),
        (root(home) / "secrets", FOR_ALL),
        (root(home) / "config", FOR_ALL),
    ):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
