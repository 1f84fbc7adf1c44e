"""`chronos demo`."""

import asyncio
import math
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from chronos.cli.sending import Plan, Sender, Tally
    from chronos.cli.sent import Stored
    from chronos.demo.traffic import Sending
    from chronos.settings import Settings

SECONDS = 60.0
PATIENCE = 30.0  # seconds until the database has what was sent
MOST_RATE = 100_000
MARGIN_HOURS = 28  # by which the clocks of visitors may be off, and beacons be late
KEPT_UP = 0.95  # of the rate


class Number(click.FloatRange):
    """One of a range, which `nan` is not, though it is neither below nor above it."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


SHARE = Number(0, 1)


def _addresses(_: click.Context, __: click.Parameter, urls: tuple[str, ...]) -> tuple[str, ...]:
    for url in urls:
        if not url.startswith(("http://", "https://")):
            raise click.BadParameter(f"expected http://host:port, got {url!r}")
    return urls


@click.command()
@click.option(
    "--rate",
    default=50.0,
    show_default=True,
    type=Number(0.1, MOST_RATE),
    help="Events per second; each position of the mouse is one.",
)
@click.option("--seconds", type=Number(0.1), help=f"How long; {SECONDS:g} where --events is not given.")
@click.option("--events", type=click.IntRange(1), help="How many events, to the next whole beacon.")
@click.option(
    "--visitors", default=200, show_default=True, type=click.IntRange(1, 1_000_000), help="How many people."
)
@click.option("--seed", default=1, show_default=True, help="Another seed makes up other people and visits.")
@click.option("--late", default=0.03, show_default=True, type=SHARE, help="Share of beacons that come late.")
@click.option(
    "--twice", default=0.02, show_default=True, type=SHARE, help="Share of beacons that are sent twice."
)
@click.option("--project", help="Send with the key of this project; the newest key where it is not given.")
@click.option(
    "--url",
    "urls",
    multiple=True,
    metavar="WORKER",
    callback=_addresses,
    help="Send there, http://host:port; repeatable. Without it, to the workers that run here.",
)
@click.option("-q", "--quiet", is_flag=True, help="Show only the summary.")
def demo(
    rate: float,
    seconds: float | None,
    events: int | None,
    visitors: int,
    seed: int,
    late: float,
    twice: float,
    project: str | None,
    urls: tuple[str, ...],
    quiet: bool,
) -> None:
    """Send made up traffic to the workers: people in a small shop, as the tracker would tell of them.

    The same seed makes up the same visits, told as if they happened now. Some browsers' clocks are off, some
    beacons come up to two hours late or twice. The metadata of all of them has a member `demo`, by which they
    can be found and deleted; views and windows count them like any others. Ctrl-C ends it.

    \b
    Examples:
      chronos demo
      chronos demo --rate 500 --seconds 30 --seed 7
      chronos demo --events 10000 --late 0.2 --twice 0.1
    """
    from datetime import UTC, datetime, timedelta

    from chronos.cli import project as projects
    from chronos.cli import reaching, ways
    from chronos.cli.sending import Plan
    from chronos.demo.traffic import Mix, traffic

    settings = projects.settings()
    workers = urls or ways.of(settings).entrances()
    places = [f"{worker.rstrip('/')}{settings.web.events_path}" for worker in workers]
    origin = reaching.origin(settings, workers[0])
    began = datetime.now(UTC)
    mark = f"seed {seed}, {began:%Y-%m-%dT%H:%M:%S.%fZ}"
    mix = Mix(late, twice / 2, twice / 2)
    plan = Plan(rate, seconds if seconds or events else SECONDS, events)
    key = projects.write_key(settings, project).key
    sendings = traffic(seed, origin, rate, visitors, mix)
    tally = asyncio.run(_run(places, key, origin, mark, sendings, plan, quiet))
    for line in _lines(tally, plan):
        click.echo(line)
    click.echo(_kept(settings, tally, mark, began - timedelta(hours=MARGIN_HOURS)))
    if tally.refused or tally.given_up:
        sys.exit(1)


async def _run(
    places: list[str],
    key: str,
    origin: str,
    mark: str,
    sendings: "Iterator[Sending]",
    plan: "Plan",
    quiet: bool,
) -> "Tally":
    import aiohttp

    from chronos.cli import reaching
    from chronos.cli.interrupts import interrupts
    from chronos.cli.sending import Sender

    await reaching.check(places)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        sender = Sender(http, places, key=key, origin=origin, mark=mark)
        showing = asyncio.create_task(_show(sender, plan, quiet))
        try:
            with interrupts(sender.stopping):
                await sender.run(sendings, plan)
        finally:
            showing.cancel()
            await asyncio.wait([showing])
    return sender.tally


async def _show(sender: "Sender", plan: "Plan", quiet: bool) -> None:
    """A line that says how it goes, until this is cancelled; only in a terminal."""
    import time

    from chronos.cli.progress import counter

    begin = time.monotonic()
    with counter("Sent", quiet=quiet) as show:
        while True:
            tally = sender.tally
            passed = max(0.1, time.monotonic() - begin)
            again = f", {tally.again.total():,} tried again" if tally.again else ""
            show(
                f"{tally.rows:,} events in {tally.beacons:,} beacons, {passed:.0f} s,"
                f" {tally.rows / passed:,.0f} of {plan.rate:,.0f} a second{again}; Ctrl-C ends it",
            )
            await asyncio.sleep(0.2)


def _lines(tally: "Tally", plan: "Plan") -> "Iterator[str]":
    """The summary."""
    from chronos.cli.sending import PATIENCE as TRIED

    rate = tally.rows / tally.seconds if tally.seconds else 0.0
    took = f"in {tally.seconds:.1f} s, {rate:,.1f} a second"
    yield f"Sent {tally.rows:,} events in {tally.beacons:,} beacons {took}"
    for name, count in tally.events.most_common():
        yield f"  {name:<18}{count:>9,}"
    yield f"Late: {tally.late:,} beacons; sent twice: {tally.twice:,}"
    for reason, count in tally.again.most_common():
        yield f"Tried again {count:,} times: {reason}"
    for reason, count in tally.refused.most_common():
        yield f"Refused: {count:,} beacons: {reason}"
    if tally.given_up:
        yield f"Given up: {tally.given_up:,} beacons, which nobody took within {TRIED:g} s, or before the end"
    if tally.behind > 1 and rate < plan.rate * KEPT_UP:
        yield (
            f"That was not the rate of {plan.rate:,.0f}: at the end it was {tally.behind:.1f} s behind."
            " Workers or this machine took no more; more workers may, see `chronos start --workers`"
        )


def _kept(settings: "Settings", tally: "Tally", mark: str, since: "datetime") -> str:
    """What the database has of it, in words."""
    from chronos.cli import filling, sent
    from chronos.errors import ChronosError

    if not tally.beacons:
        return "Nothing of it can be in the database"

    async def ask(connection: object) -> "Stored":
        return await sent.stored(connection, tally.ids, mark, since, PATIENCE)  # type: ignore[arg-type]

    try:
        found = asyncio.run(filling.with_database(settings, ask))
    except ChronosError as error:
        return f"The database was not asked: {error}"
    said = f"The database has {found.beacons:,} of {tally.beacons:,} beacons, {found.events.total():,} events"
    differing = {name for name in tally.events | found.events if tally.events[name] != found.events[name]}
    if found.beacons < tally.beacons:
        return f"{said}; the rest waits in Kafka or a spool: `chronos doctor` says why"
    if differing:
        return f"{said}; other numbers than sent: {', '.join(sorted(differing))}"
    return f"{said}: each once"
