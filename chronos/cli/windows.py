"""`chronos windows`: the windows of event time that workers count."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from chronos.cli import completing, tables, times
from chronos.cli.group import Group

if TYPE_CHECKING:
    from chronos.cli.asking import Ask
    from chronos.settings import Settings
    from chronos.windows.checking import Comparison, Difference
    from chronos.windows.declared import WindowView

BEGINNING = "1970-01-01T00:00:00Z"  # of windows that were counted before anything was stored
MARGIN = 60  # seconds before the oldest windows go, which a comparison may take


@click.group(cls=Group)
def windows() -> None:
    """Look at the windows of event time, and compare them with the raw events.

    A table [windows.NAME] of chronos.toml declares more of them than those that ship. They are counted by the
    workers, so one has to run.

    \b
    Examples:
      chronos windows list
      chronos windows check
    """


@windows.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_windows(as_json: bool) -> None:
    """Show which windows are counted, by what, since when, and how many events came too late for them.

    \b
    Example:
      chronos windows list
    """
    from chronos.cli import asking, project

    found = asking.ask(project.settings(), "/api/windows")
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    rows = [("VIEW", "SINCE", "TOO LATE", "EVENTS", "KEY", "ABOUT"), *map(_row, found["views"])]
    for line in tables.lines(rows):
        click.echo(line)
    hours = found["retention"] // 3600, found["lateness"] // 3600
    click.echo(f"\nKept for {hours[0]} h; an event counts when it comes within {hours[1]} h")
    click.echo(f"Event time has come to {times.shown_text(found['watermark'], '-')}")
    if not found["complete"]:
        click.echo(f"No worker answers for partitions {', '.join(map(str, found['missing_partitions']))}")


def _row(view: Mapping[str, Any]) -> tuple[str, ...]:
    key = view["key"] + (f" where {view['filter']}" if view["filter"] else "")
    since = "the beginning" if view["since"] == BEGINNING else times.shown_text(view["since"], "-")
    return view["name"], since, str(view["too_late"]), view["event"] or "all", key, view["about"]


@windows.command()
@click.argument("names", metavar="[VIEW]...", nargs=-1, shell_complete=completing.windows)
@click.option("--from", "begin", metavar="TIME", help="First window: ISO 8601, or seconds since 1970 UTC.")
@click.option("--to", "end", metavar="TIME", help="Where the last window ends.")
@click.option("--patience", default=15.0, show_default=True, help="Seconds to wait for events to be counted.")
def check(names: tuple[str, ...], begin: str | None, end: str | None, patience: float) -> None:
    """Compare the windows of VIEW, or of all, with what the raw events say; exit code 1 when one differs.

    Each window of ten seconds is compared, key by key, as a worker answers it: of what is kept, from when the
    view was first counted on. Events may come meanwhile. Distinct counts may be off by 5 % where there are
    more than 400.

    \b
    Examples:
      chronos windows check
      chronos windows check pageview_urls --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z
    """
    from chronos.cli import asking, project
    from chronos.windows.checking import NotComparable
    from chronos.windows.declared import declared

    settings = project.extended_settings()
    views = {view.name: view for view in declared(settings)}
    wrong = 0
    with asking.talking(settings) as ask:
        counted = {view["name"]: view for view in ask("/api/windows")["views"]}
        slots = _asked(settings, begin, end)
        for name in _chosen(names, views):
            try:
                compared = _compare(settings, ask, views[name], slots, counted.get(name), patience)
            except NotComparable as error:
                click.echo(f"Error: {error}", err=True)
                wrong += 1
            else:
                wrong += bool(compared.different)
                for line in _lines(name, compared):
                    click.echo(line)
    sys.exit(1 if wrong else 0)


def _compare(
    settings: "Settings",
    ask: "Ask",
    view: "WindowView",
    slots: range,
    counted: Mapping[str, Any] | None,
    patience: float,
) -> "Comparison":
    from chronos.cli.filling import reached
    from chronos.windows import checking
    from chronos.windows.slots import SECONDS

    meaning = ("event", "key", "filter", "kind")
    if counted is None or any(counted[one] != getattr(view, one) for one in meaning):
        reason = "the worker was started with other settings: stop it and start it again"
        raise checking.NotComparable(name=view.name, reason=reason)
    if counted["since"] is None:
        raise checking.NotComparable(name=view.name, reason="the worker cannot say since when it is counted")
    since = datetime.fromisoformat(counted["since"]).timestamp()
    slots = range(max(slots.start, int(-(-since // SECONDS))), slots.stop)
    rules = checking.Rules(
        timedelta(hours=settings.windows.lateness_hours),
        timedelta(days=settings.limits.max_event_age_days + 1),
        patience,
    )

    async def answer(name: str, parameters: Mapping[str, str]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = await asyncio.to_thread(ask, f"/api/windows/{name}", parameters)
        return found

    if not slots:
        return checking.Comparison()
    with reached(settings) as url:
        return asyncio.run(checking.compare(url, view, slots, answer, rules))


def _asked(settings: "Settings", begin: str | None, end: str | None) -> range:
    """The slots between the times that were given, as far as their windows and raw events are kept."""
    from chronos.windows import question
    from chronos.windows.slots import SECONDS

    now = time.time()
    given = {name: text for name, text in (("from", begin), ("to", end)) if text is not None}
    grid = question.ask("", {**given, "step": "1d"}, now).grid  # only its ends matter
    kept = settings.windows.retention_hours * 3600 - MARGIN
    if settings.timescaledb.retention_days:
        kept = min(kept, settings.timescaledb.retention_days * 86_400 - MARGIN)
    oldest = int((now - kept) // SECONDS) + 1
    first = oldest if begin is None else max(oldest, grid.start)
    return range(first, min(int(now // SECONDS) + 1, grid.end))


def _chosen(names: tuple[str, ...], views: Mapping[str, Any]) -> list[str]:
    from chronos.errors import UnknownView

    for name in names:
        if name not in views:
            raise UnknownView(name=name, known=", ".join(views))
    return list(names) or list(views)


def _lines(name: str, compared: "Comparison") -> Iterator[str]:
    said = f"{name}: {tables.counted(compared.windows, 'window')}, {tables.counted(compared.events, 'event')}"
    moved = f"; {tables.counted(compared.moved, 'window')} grew meanwhile" if compared.moved else ""
    if not compared.different:
        yield f"{said}, all as the raw events say{moved}"
        return
    yield f"{said}, {compared.different} differ{moved}"
    yield from (f"  {_shown(one)}" for one in compared.differences)
    if len(compared.differences) < compared.different:
        yield f"  ... and {compared.different - len(compared.differences)} more"


def _shown(one: "Difference") -> str:
    low, high = one.raw
    place = "too late" if one.start is None else times.shown(one.start)
    key = "" if one.key is None else f" {one.key[:100]!r}"
    return f"{place}{key}: {one.window}, the raw events say {low if low == high else f'{low} to {high}'}"
