"""`chronos log`."""

import contextlib
import heapq
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from chronos.cli import completing, times

if TYPE_CHECKING:
    from pathlib import Path

    from chronos.embedded.following import Follower
    from chronos.settings import Settings

LINES = 50
POLL_SECONDS = 0.2
COLOURS = ("cyan", "yellow", "green", "magenta", "blue")

Print = Callable[[str, Iterable[str]], None]


def _known(_: click.Context, __: click.Parameter, services: tuple[str, ...]) -> tuple[str, ...]:
    """The same names; wrong usage where there is none, or one that no service has."""
    from chronos.containers import names
    from chronos.embedded.brokers import is_broker
    from chronos.embedded.services import KNOWN, is_worker

    known = ", ".join((*KNOWN, "kafka-N", "worker-N", "supervisor"))
    if not services:
        raise click.UsageError(f"name a service, or several: known are {known}")
    for name in services:
        if name not in ("supervisor", *names.KNOWN) and not is_worker(name) and not is_broker(name):
            raise click.BadParameter(f"there is no service {name!r}: known are {known}")
    return services


@click.command()
@click.argument(
    "services",
    metavar="SERVICE...",
    nargs=-1,
    callback=_known,
    shell_complete=completing.logs,
)
@click.option("-f", "--follow", is_flag=True, help="Go on showing what is written, until Ctrl-C.")
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(0),
    help=f"How many lines of each service; {LINES}, or with --since all.",
)
@click.option(
    "--since",
    metavar="TIME",
    callback=times.since,
    help="What was written since: 10m, 2h, 1d, or 2026-01-31T10:00.",
)
def log(services: tuple[str, ...], follow: bool, lines: int | None, since: float | None) -> None:
    """Show the logs of services: kafka, postgres, worker, worker-N or supervisor.

    With worker all workers are meant, with kafka all brokers. Those of several services come in the order of
    their times, each line with the name of its service. A time without a zone is one of this machine.

    In containers (`chronos start --docker`) there are proxy, grafana and others, too, and no supervisor.

    \b
    Examples:
      chronos log worker -f
      chronos log kafka -n 200
      chronos log kafka worker supervisor --since 10m
    """
    from chronos.cli import project, ways

    count = LINES if lines is None and since is None else lines
    ways.of(project.settings()).log(services, count, since, follow)


def here(
    settings: "Settings", services: tuple[str, ...], count: int | None, since: float | None, follow: bool
) -> None:
    """Show the log files of this machine: the last ``count`` lines of each, or what is since then."""
    from chronos.embedded import logs
    from chronos.embedded.following import Follower

    paths = _paths(settings, services)
    # What follows begins where the past ends, so that no line is twice or missing.
    ends = {name: logs.whole_lines(path) if follow else logs.size(path) for name, path in paths.items()}
    show = printer(list(paths))
    _merge({name: logs.past(path, count, since, ends[name]) for name, path in paths.items()}, show)
    if follow:
        with contextlib.suppress(KeyboardInterrupt):
            _follow({name: Follower(path, ends[name]) for name, path in paths.items()}, show)


def _merge(found: "dict[str, Iterable[str]]", show: Print) -> None:
    """Show lines of several services in the order of their times; those of one as they come."""
    from chronos.embedded.log_times import entries

    if len(found) == 1:
        for name, lines in found.items():
            show(name, lines)
        return

    def named(place: int, name: str) -> Iterator[tuple[float, int, str, Sequence[str]]]:
        return ((entry.time, place, name, entry.lines) for entry in entries(found[name]))

    for _, _, name, lines in heapq.merge(
        *(named(place, name) for place, name in enumerate(found)), key=lambda entry: entry[:2]
    ):
        show(name, lines)


def _follow(followers: "dict[str, Follower]", show: Print) -> None:
    while True:
        _merge({name: follower.lines() for name, follower in followers.items()}, show)
        time.sleep(POLL_SECONDS)


def printer(names: list[str]) -> Print:
    """Prints lines, with the name of their service in front where there are several."""
    width = max(map(len, names))
    fronts = {
        name: click.style(f"{name:<{width}} | ", fg=COLOURS[place % len(COLOURS)]) if len(names) > 1 else ""
        for place, name in enumerate(names)
    }

    def show(name: str, lines: Iterable[str]) -> None:
        for line in lines:
            click.echo(f"{fronts[name]}{line}")

    return show


def _paths(settings: "Settings", services: tuple[str, ...]) -> "dict[str, Path]":
    """The logs of services by their names, in the order in which they were named."""
    from chronos.cli.errors import NoLog
    from chronos.embedded import brokers, client
    from chronos.embedded.home import Home
    from chronos.embedded.services import in_order, is_worker

    home = Home(settings.home)
    desired = client.overview(home).desired.services
    workers = sorted(filter(is_worker, desired), key=in_order) or ["worker-1"]
    several = {"worker": workers, "kafka": brokers.names(settings)}
    names = [one for name in services for one in several.get(name, [name])]
    paths = {name: home.log(name) for name in names}
    for name, path in paths.items():
        if not path.exists():
            there = ", ".join(sorted(one.stem for one in home.logs.glob("*.log"))) or "none"
            raise NoLog(service=name, path=path, there=there)
    return paths
