import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chronos.embedded import log_times
from chronos.embedded.log_times import Entry, entries, offset_since, time_of

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
LOCAL = datetime(2026, 11, 28, 12).timestamp()  # a log without a zone is of this machine


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("2026-11-28 12:00:00,250 [main] INFO kafka.server.KafkaRaftServer - started", LOCAL + 0.25),
        ("2026-11-28 12:00:00,000 INFO chronos.supervisor: revision 1", LOCAL),
        ("[2026-11-28 12:00:00,500] [8382] [INFO] [^Worker]: Starting...", LOCAL + 0.5),
        ("2026-11-28 12:00:00.750 UTC [8212] LOG:  starting", NOON.timestamp() + 0.75),
        ('{"time": "2026-11-28T12:00:00.123456Z", "level": "info"}', NOON.timestamp() + 0.123456),
        ('{"timestamp":"2026-11-28T13:00:00+01:00"}', NOON.timestamp()),
        ("+ƒaµS† v0.15.3+----+", None),
        ("Traceback (most recent call last):", None),
        ("2026-99-28 12:00:00,250 no such month", None),
        ("said at 2026-11-28 12:00:00,250", None),
        ("", None),
    ],
)
def test_every_form_of_time_is_read(line: str, time: float | None) -> None:
    assert time_of(line) == (time if time is None else pytest.approx(time, abs=1e-6))


def test_lines_without_a_time_belong_to_the_one_before() -> None:
    lines = ["of before", "2026-11-28 12:00:01 UTC a", "  at b", "2026-11-28 12:00:00 UTC c", ""]
    first = NOON.timestamp() + 1
    assert list(entries(lines)) == [
        Entry(log_times.BEFORE_ALL, ["of before"]),
        Entry(first, ["2026-11-28 12:00:01 UTC a", "  at b"]),
        Entry(first, ["2026-11-28 12:00:00 UTC c", ""]),  # times never go back
    ]


def test_the_first_line_since_a_time_is_found(tmp_path: Path, rng: random.Random) -> None:
    path = tmp_path / "a.log"
    moment, lines = NOON, []
    for number in range(3_000):
        moment += timedelta(seconds=rng.choice([0, 0, 1, 7]))
        said = f"{moment:%Y-%m-%d %H:%M:%S}.000 UTC line {number}"
        lines.append(said if rng.random() < 0.8 else f"  without a time {number}")
    path.write_text("\n".join(lines) + "\n")
    text = path.read_bytes()
    for _ in range(30):
        since = (NOON + timedelta(seconds=rng.randrange(-10, 5_500))).timestamp()
        later = [line for line in lines if (time_of(line) or 0) >= since]
        rest = text[offset_since(path, since) :].decode()
        assert rest.splitlines()[:1] == later[:1]
