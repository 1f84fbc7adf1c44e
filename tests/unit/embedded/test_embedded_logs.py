import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chronos.embedded import logs


def test_last_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.log"
    path.write_text("".join(f"line {number}\n" for number in range(1000)))
    monkeypatch.setattr(logs, "BLOCK_BYTES", 50)
    assert logs.last_lines(path, 20) == [f"line {number}" for number in range(980, 1000)]
    assert len(logs.last_lines(path, 5000)) == 1000
    assert logs.last_lines(path, 0) == []
    assert logs.last_lines(tmp_path / "none", 3) == []


def test_last_lines_since(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("of an earlier life\n")
    since = logs.size(path)
    assert logs.last_lines(path, 5, since) == []
    with path.open("a") as file:
        file.write("one\n\n  two\n")
    assert logs.reason(path, since) == "one | two"


def test_bytes_that_are_no_text_are_shown_anyway(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"caf\xe9\n")
    assert logs.last_lines(path, 1) == ["caf\N{REPLACEMENT CHARACTER}"]


def test_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGE_BYTES", 10)
    path = tmp_path / "a.log"
    for text in (b"short\n", b"and long\n", b"new\n"):
        with logs.open_for_append(path) as file:
            file.write(text)
    assert path.read_bytes() == b"new\n"
    assert (tmp_path / "a.log.1").read_bytes() == b"short\nand long\n"


def test_the_past_goes_on_in_the_log_that_was_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    logs.aside(path).write_text("one\ntwo\n")
    path.write_text("three\nfour")
    assert list(logs.past(path, 3, None, logs.size(path))) == ["two", "three", "four"]
    assert list(logs.past(path, 3, None, logs.whole_lines(path))) == ["one", "two", "three"]


def test_the_reason_in_a_log_of_objects_is_what_they_say(tmp_path: Path) -> None:
    path = tmp_path / "worker-1.log"
    failed = {"message": "Error", "exception": "Traceback (most recent call last):\n  ...\nOSError: full"}
    lines = [json.dumps(failed), json.dumps({"message": "Closing"}), "{no object", '{"other": 1}']
    path.write_text("\n".join(lines) + "\n")
    assert logs.reason(path, 0, 9) == 'Error | OSError: full | Closing | {no object | {"other": 1}'


def test_the_past_since_a_time_is_found_in_both_logs(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    hours = [f"2026-11-28 {hour:02}:00:00.000 UTC line {hour}\n" for hour in range(10)]
    logs.aside(path).write_text("".join(hours[:5]))
    path.write_text("".join(hours[5:]) + "  more of it\n")
    since = datetime(2026, 11, 28, 4, tzinfo=UTC).timestamp()
    found = [line.rpartition("UTC ")[2] for line in logs.past(path, None, since, logs.size(path))]
    assert found == ["line 4", "line 5", "line 6", "line 7", "line 8", "line 9", "  more of it"]
    assert len(list(logs.past(path, 2, since, logs.size(path)))) == 2


@pytest.mark.parametrize(
    ("text", "whole"), [("", 0), ("a\n", 2), ("a\nb", 2), ("half", 0), ("a\n" + "x" * 200, 2)]
)
def test_lines_that_have_ended_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, whole: int
) -> None:
    monkeypatch.setattr(logs, "BLOCK_BYTES", 50)
    (tmp_path / "a.log").write_text(text)
    assert logs.whole_lines(tmp_path / "a.log") == whole
