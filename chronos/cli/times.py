"""Times as people type them, `7d` (ago), ISO 8601 or seconds since 1970, and as they are shown."""

import re
from datetime import UTC, datetime, timedelta

import click

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FORMS = "7d, 12h, 30m or 90s (ago), now, or ISO 8601: 2026-01-31T12:00:00Z (without a zone it is {zone})"


def moment(text: str, now: datetime, *, utc: bool = True) -> datetime:
    """The time that ``text`` means at ``now``; raise BadParameter, which says how times are written.

    Without a zone it is a time in UTC, or of this machine.
    """
    text = text.strip()
    try:
        if text == "now":
            return now
        if ago := re.fullmatch(r"(\d{1,6})([smhdw])", text):
            return now - timedelta(**{UNITS[ago[2]]: int(ago[1])})
        if re.fullmatch(r"\d{9,11}(\.\d+)?", text):
            return datetime.fromtimestamp(float(text), UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError) as error:
        forms = FORMS.format(zone="UTC" if utc else "this machine's time")
        raise click.BadParameter(f"{text!r} is no time: expected {forms}") from error
    if found.tzinfo:
        return found
    return found.replace(tzinfo=UTC) if utc else found.astimezone()


def shown(moment: datetime) -> str:
    """A time as all commands show it, and take it: ``2026-01-31T12:00:00Z``."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def shown_text(text: str | None, nothing: str) -> str:
    """Like `shown`, of a time in ISO 8601, as JSON has it; ``nothing`` where there is none."""
    return nothing if text is None else shown(datetime.fromisoformat(text))


def at(_: click.Context, __: click.Parameter, text: str | None) -> datetime | None:
    """For click: an option that is a time."""
    return None if text is None else moment(text, datetime.now(UTC))


def since(_: click.Context, __: click.Parameter, text: str | None) -> float | None:
    """For click: an option that is a time of this machine, as seconds since 1970."""
    return None if text is None else moment(text, datetime.now(UTC), utc=False).timestamp()


def offset_or_at(context: click.Context, one: click.Parameter, text: str | None) -> int | datetime | None:
    """For click: an option that is an offset, where it is a whole number, or a time."""
    return (
        int(text) if text is not None and re.fullmatch(r"\d{1,18}", text.strip()) else at(context, one, text)
    )
