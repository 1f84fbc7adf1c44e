"""`chronos alerts`: what needed a person, and whether alerts arrive."""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from chronos.cli import times
from chronos.cli.group import Group

if TYPE_CHECKING:
    from chronos.settings import Settings
    from chronos.watch.incidents import Incident

SHOWN = 10  # of those that have ended
ALL = 10_000


@click.group(cls=Group, invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also those that ended long ago.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def alerts(context: click.Context, everything: bool, as_json: bool) -> None:
    """Show the incidents that last, with what to do, and the last ones that ended.

    \b
    Examples:
      chronos alerts
      chronos alerts --all --json
      chronos alerts test
    """
    if context.invoked_subcommand is not None:
        return
    from chronos.cli import project
    from chronos.cli.overview import duration

    lasting, ended = asyncio.run(_read(project.settings(), ALL if everything else SHOWN))
    if as_json:
        data = {"open": [_as_data(one) for one in lasting], "ended": [_as_data(one) for one in ended]}
        click.echo(json.dumps(data, indent=2))
        return
    for one in lasting:
        name = " ".join(filter(None, one.key))
        click.echo(f"{one.kind.severity}: {name}, for {duration(time.time() - one.begun)}\n  {one.summary}")
        click.echo(f"  {one.kind.what_to_do}")
    if not lasting:
        click.echo("No incident lasts")
    if ended:
        click.echo("\nEnded:")
    for one in ended:
        lasted = duration((one.ended or one.begun) - one.begun)
        click.echo(f"  {_time(one.begun)}  {lasted:>11}  {' '.join(filter(None, one.key))}: {one.summary}")


@alerts.command()
def test() -> None:
    """Send a test through each channel of [alerts], and say what each answered; exit code 1 when one fails.

    \b
    Example:
      chronos alerts test
    """
    from chronos.cli import project
    from chronos.watch import channels
    from chronos.watch.notice import Notice

    found = channels.configured(project.settings().alerts)
    if not found:
        click.echo("Only the log is told: set [alerts] webhook_url, or smtp_host, smtp_from and smtp_to")
        return
    notice = Notice.test(time.time())
    answers = asyncio.run(_send(found, notice))
    for line, _ in answers:
        click.echo(line)
    if not all(works for _, works in answers):
        sys.exit(1)


async def _send(found: list[Any], notice: Any) -> list[tuple[str, bool]]:
    from chronos.watch.errors import AlertFailed

    async def send(channel: Any) -> tuple[str, bool]:
        try:
            return f"{channel.name} {await channel.send(notice)}", True
        except AlertFailed as error:
            return str(error), False

    return list(await asyncio.gather(*map(send, found)))


async def _read(settings: "Settings", most: int) -> "tuple[list[Incident], list[Incident]]":
    import asyncpg

    from chronos.cli import ways
    from chronos.database.address import shown
    from chronos.database.refusals import AWAY
    from chronos.errors import ServiceError
    from chronos.watch import ledger

    url = ways.of(settings).running_database()
    try:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            return await ledger.listed(connection, most)
        finally:
            connection.terminate()
    except asyncpg.UndefinedTableError as error:
        reason = "it has no table of incidents: `chronos migrate` makes it"
        raise ServiceError(service=f"The database at {shown(url)}", reason=reason) from error
    except AWAY as error:
        reason = f"{error or type(error).__name__}; what lasts is in the logs of workers meanwhile"
        raise ServiceError(service=f"The database at {shown(url)}", reason=reason) from error


def _as_data(one: "Incident") -> dict[str, Any]:
    return {
        "incident": one.name,
        "subject": one.subject,
        "severity": one.kind.severity,
        "summary": one.summary,
        "what_to_do": one.kind.what_to_do,
        "since": _time(one.begun),
        "until": None if one.ended is None else _time(one.ended),
    }


def _time(seconds: float) -> str:
    return times.shown(datetime.fromtimestamp(seconds, UTC))
