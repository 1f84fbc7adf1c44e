"""`chronos dashboards`."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

AWAY = "postgresql://someone:secret@127.0.0.1:1/none"
NAMES = ["overview", "pages", "clicks", "forms", "sessions", "errors", "pipeline"]


def test_lists_them(run: Run) -> None:
    lines = run("dashboards", "list").output.splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    found = json.loads(run("dashboards", "list", "--json").output)
    assert [one["name"] for one in found] == NAMES
    assert found[0]["title"] == "Chronos: Overview"
    assert all(one["about"] in line for one, line in zip(found, lines, strict=True))


def test_exports_all_without_a_project(run: Run, tmp_path: Path) -> None:
    said = run("dashboards", "export", str(tmp_path / "out")).output.splitlines()
    assert said == [f"Wrote {tmp_path}/out/chronos-{name}.json" for name in NAMES]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        f"chronos-{name}.json" for name in NAMES
    )


def test_exports_some_for_data_sources_that_are_named(run: Run, tmp_path: Path) -> None:
    options = ("--data-source", "My events", "--prometheus", "p1")
    run("dashboards", "export", "out", "pipeline", *options)
    [path] = (tmp_path / "out").iterdir()
    made = json.loads(path.read_text())
    assert made["__inputs"] == []
    assert {panel["datasource"]["uid"] for panel in made["panels"]} == {"My events", "p1"}


def test_a_folder_that_cannot_be_written_is_one_readable_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = run("dashboards", "export", "file/in", code=1).output
    assert said == "Error: The dashboards cannot be written to file/in: Not a directory\n"


def test_an_unknown_dashboard_is_refused_before_any_is_written(run: Run, tmp_path: Path) -> None:
    assert "known are overview" in run("dashboards", "export", "out", "forms", "nope", code=1).output
    assert not (tmp_path / "out").exists()


def test_a_password_is_made_once_and_shown_never(
    run: Run, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL", AWAY)
    path = tmp_path / ".chronos" / "reader.password"
    said = run("dashboards", "role", code=1).output
    password = path.read_text().strip()
    assert len(password) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert said.startswith("Error: Role chronos_reader was not made in 127.0.0.1:1/none: ")
    assert password not in said
    assert "secret" not in said
    run("dashboards", "role", code=1)
    assert path.read_text().strip() == password


@pytest.mark.parametrize(
    ("content", "words"),
    [("too short\n", "has to have 12 to 200 characters"), (b"\xff\xfe", "can't decode byte")],
    ids=["too short", "not UTF-8"],
)
def test_a_file_that_has_no_password_is_refused(
    run: Run, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | bytes, words: str
) -> None:
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL", AWAY)
    file = tmp_path / "password"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    said = run("dashboards", "role", "--password-file", str(file), code=1).output
    assert words in said
    assert "too short" not in said


def test_a_project_that_does_not_run_is_told_how_to_start(run: Run, config: Path, tmp_path: Path) -> None:
    (tmp_path / ".chronos").mkdir(exist_ok=True)
    (tmp_path / ".chronos" / "addresses.json").write_text(json.dumps({"timescaledb": AWAY}))
    said = run("dashboards", "role", code=1).output
    assert said.startswith(
        "Error: The database of this project does not run: `chronos start postgres` starts it"
    )


def test_without_a_project_it_is_said_how_to_begin(run: Run) -> None:
    assert "run `chronos init`" in run("dashboards", "role", code=1).output
