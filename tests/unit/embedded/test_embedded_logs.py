import json
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


def test_follow_yields_what_is_appended_and_survives_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("before\n")
    pauses = iter([lambda: _append(path, "after\n"), lambda: path.write_text("new\n")])
    followed = logs.follow(path, pause=lambda: next(pauses)())
    assert next(followed) == "after\n"
    assert next(followed) == "new\n"


def _append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_the_reason_in_a_log_of_objects_is_what_they_say(tmp_path: Path) -> None:
    path = tmp_path / "worker-1.log"
    failed = {"message": "Error", "exception": "Traceback (most recent call last):\n  ...\nOSError: full"}
    lines = [json.dumps(failed), json.dumps({"message": "Closing"}), "{no object", '{"other": 1}']
    path.write_text("\n".join(lines) + "\n")
    assert logs.reason(path, 0, 9) == 'Error | OSError: full | Closing | {no object | {"other": 1}'
