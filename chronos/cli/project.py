"""The project that a command works on: its settings, and the services that it names."""

import os
from typing import TYPE_CHECKING

import click

from chronos.cli import completing

if TYPE_CHECKING:
    from chronos.settings import Settings, WriteKeyFields

SERVICES = completing.SERVICES


def settings() -> "Settings":
    """The settings; NotInitialised where neither a file nor the environment says anything of a project.

    CutOff where a restore was, for then there is nothing whole to work on.
    """
    from chronos.embedded.backup import unfinished
    from chronos.embedded.home import Home
    from chronos.errors import NotInitialised
    from chronos.settings import ENV_PREFIX, config_path, load, usual_home

    said = any(name.startswith(ENV_PREFIX) for name in os.environ)
    if not config_path().exists() and not said:
        unfinished.check(Home(usual_home()))
        raise NotInitialised(path=config_path())
    found = load()
    unfinished.check(Home(found.home))
    return with_containers(found)


def settings_to_stop() -> "Settings":
    """The settings; where they cannot be read that is said, and what runs can be stopped all the same."""
    from chronos import settings as settings_module
    from chronos.embedded.home import Home
    from chronos.errors import ChronosError

    try:
        return settings()
    except ChronosError as error:
        usual = settings_module.to_stop()
        if not Home(usual.home).run.is_dir():
            raise
        click.echo(f"{error}\nStopping what runs in {usual.home} all the same", err=True)
        return with_containers(usual)


def with_containers(settings: "Settings") -> "Settings":
    """The settings with what containers have of their own, where everything runs in them: a PipelineDB."""
    from chronos.containers import publishing
    from chronos.containers.record import Record
    from chronos.embedded.home import Home

    record = Record.read(Home(settings.home))
    if not record.chosen or "pipelinedb" not in record.profiles:
        return settings
    there = settings.pipelinedb.model_copy(update={"url": publishing.pipelinedb(settings)})
    return settings.model_copy(update={"pipelinedb": there})


def extended_settings() -> "Settings":
    """The settings; from then on the event types of installed packages and of the settings are known, too."""
    from chronos.extensions import events

    found = settings()
    events.load(found)
    return found


def known_services(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse names of services that there are not, in whichever way; for click."""
    from chronos.containers.names import KNOWN
    from chronos.embedded.brokers import is_broker
    from chronos.embedded.services import is_worker

    for name in names:
        if name not in KNOWN and not is_worker(name) and not is_broker(name):
            raise click.BadParameter(
                f"there is no service {name!r}: known are {', '.join(SERVICES)} (or kafka-N, worker-N)"
            )
    return names


def write_key(settings: "Settings", name: str | None = None) -> "WriteKeyFields":
    """The newest key of a project, or of all; NoWriteKey or UnknownProject where there is none."""
    from chronos.cli.errors import NoWriteKey, UnknownProject

    fitting = [key for key in settings.active_keys if name in (None, key.name)]
    if fitting:
        return fitting[-1]
    if name is None:
        raise NoWriteKey
    known = ", ".join(dict.fromkeys(key.name for key in settings.active_keys)) or "none"
    raise UnknownProject(project=name, known=known)


service_arguments = click.argument(
    "services",
    metavar="[SERVICE]...",
    nargs=-1,
    callback=known_services,
    shell_complete=completing.services,
)

quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print errors only, and no progress.")
