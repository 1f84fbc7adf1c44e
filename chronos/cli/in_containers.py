"""What `chronos start` does with --docker, and when it is meant without that word."""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from chronos.containers.record import Record
    from chronos.settings import Settings

OWN = (("[kafka] bootstrap", "kafka", "bootstrap"), ("[timescaledb] url", "timescaledb", "url"))


def is_meant(settings: "Settings", docker: bool | None, options: dict[str, Any]) -> bool:
    """Whether containers are: by the flag, or as before; remember where another way is chosen."""
    from chronos.containers.deployment import Deployment
    from chronos.containers.errors import OtherWay
    from chronos.containers.record import Record
    from chronos.embedded.home import Home

    home = Home(settings.home)
    record = Record.read(home)
    if docker is False and record.chosen:
        if any(one.pid for one in Deployment(settings, record).overview().services):
            raise OtherWay(what="Something in containers")
        record.but(chosen=False, runs=False).write(home)
    meant = record.chosen if docker is None else docker
    if given := [name for name, value in options.items() if value is not None and not meant]:
        raise click.UsageError(f"--{given[0]} needs --docker")
    return meant


def start(
    settings: "Settings",
    services: tuple[str, ...],
    workers: int | None,
    timeout: int,
    options: dict[str, Any],
    quiet: bool,
) -> None:
    """Build the image where there is none, start the containers, and say where the pages are."""
    from chronos.cli.starting import tell_address
    from chronos.containers import engine, image, names
    from chronos.containers.deployment import Deployment
    from chronos.embedded.home import Home

    _check(settings)
    names.check(services)
    engine.check()
    home = Home(settings.home)
    home.make()
    record = _told(home, workers, options)
    say = (lambda text: None) if quiet else click.echo
    if options["image"]:
        record = record.but(image=options["image"])
    elif not record.image or not services or "worker" in services:
        record = record.but(image=image.ensure(home.log("docker-build"), say))
    record.write(home)
    Deployment(settings, record).start(services, timeout, say)
    if not quiet:
        tell_address(settings)


def _told(home: Any, workers: int | None, options: dict[str, Any]) -> "Record":
    from chronos.containers.record import PROFILES, Record

    record = Record.read(home)
    chosen = tuple(
        name for name in PROFILES if (name in record.profiles if options[name] is None else options[name])
    )
    site = record.site if options["site"] is None else options["site"] or None
    return record.but(workers=workers or record.workers, profiles=chosen, site=site, chosen=True)


def _check(settings: "Settings") -> None:
    """Refuse what cannot go together: services of one's own, and embedded ones that run."""
    from chronos.containers.errors import OtherWay, OwnServices
    from chronos.embedded import client
    from chronos.embedded.home import Home

    for name, section, field in OWN:
        if getattr(getattr(settings, section), field):
            raise OwnServices(setting=name)
    if any(one.pid for one in client.overview(Home(settings.home)).services):
        raise OtherWay(what="Something embedded")
