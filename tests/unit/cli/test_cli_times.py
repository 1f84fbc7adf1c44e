"""Times as people type them."""

from datetime import UTC, datetime, timedelta

import click
import pytest

from chronos.cli.times import moment, offset_or_at

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("now", NOW),
        ("7d", NOW - timedelta(days=7)),
        (" 12h ", NOW - timedelta(hours=12)),
        ("30m", NOW - timedelta(minutes=30)),
        ("90s", NOW - timedelta(seconds=90)),
        ("2w", NOW - timedelta(weeks=2)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T11:00:00Z", NOW - timedelta(hours=1)),
        ("2026-01-31 13:00+01:00", NOW),
        (str(int(NOW.timestamp())), NOW),
    ],
)
def test_a_time(text: str, found: datetime) -> None:
    assert moment(text, NOW) == found


@pytest.mark.parametrize("text", ["", "yesterday", "7", "-1d", "7x", "2026-13-01", "999999w"])
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter, match="expected 7d, 12h"):
        moment(text, NOW)


def test_a_whole_number_is_an_offset() -> None:
    context, option = click.Context(click.Command("x")), click.Option(["--from"])
    assert offset_or_at(context, option, "1200") == 1200
    assert offset_or_at(context, option, None) is None
    assert offset_or_at(context, option, "2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)
