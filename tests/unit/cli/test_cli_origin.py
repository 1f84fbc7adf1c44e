import json
import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import Result

from chronos.embedded.home import Home
from chronos.embedded.state import RUNNING, Desired, ServiceState, State

Run = Callable[..., Result]
SHOP = "https://shop.example"

LINES = """\
# at the top
[web]
# whose pages
allowed_origins = [
    "http://localhost:*",  # mine
    "https://blog.example",
]
port = 7000  # seven
"""
FORMS = {
    "lines": LINES,
    "line": '[web]\nallowed_origins = ["http://a:*"]  # mine\n\n# about kafka\n[kafka]\npartitions = 3\n',
    "inline": 'web = {port = 7000, allowed_origins = ["http://a:*"]}\n',
    "dotted": '# first\nweb.port = 7000\nweb.allowed_origins = ["http://a:*"]\n',
    "without": "[web]\nport = 7000\n\n# about kafka\n[kafka]\npartitions = 3\n",
    "nothing": "# nothing yet\n",
}


def listed(run: Run) -> list[str]:
    return json.loads(run("origin", "list", "--json").output)  # type: ignore[no-any-return]


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_an_origin_is_added_and_removed_in_every_form_of_the_file(
    run: Run, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "chronos.toml"
    path.write_text(text)
    before = listed(run)
    assert run("origin", "add", SHOP).output == f"Pages of {SHOP} may send\n"
    assert listed(run) == [*before, SHOP]
    added = path.read_text()
    assert all(line in added for line in text.splitlines() if line.lstrip().startswith("#"))
    assert run("origin", "add", SHOP).output == f"Pages of {SHOP} may send already\n"
    assert path.read_text() == added
    assert run("origin", "remove", SHOP).output == f"Pages of {SHOP} may send no more\n"
    assert listed(run) == before


def test_comments_and_lines_stay(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "chronos.toml"
    path.write_text(LINES)
    run("origin", "add", SHOP)
    assert path.read_text() == LINES.replace(
        '    "https://blog.example",\n', f'    "https://blog.example",\n    "{SHOP}",\n'
    )
    run("origin", "remove", "https://blog.example")
    assert listed(run) == ["http://localhost:*", SHOP]
    assert "# mine" in path.read_text()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("shop.example", "https://shop.example"),
        ("https://shop.example/cart?a=1", "https://shop.example"),
        ("https://me@shop.example/", "https://shop.example"),
        ("shop.example:8080/x", "https://shop.example:8080"),
    ],
)
def test_what_is_no_origin_is_refused_with_what_was_meant(
    run: Run, config: Path, text: str, meant: str
) -> None:
    before = config.read_text()
    assert f"did you mean {meant}?" in run("origin", "add", text, code=1).output
    assert config.read_text() == before


def test_an_origin_that_is_doubtful_is_added_and_told(run: Run, config: Path) -> None:
    assert f"{SHOP} is meant" in run("origin", "add", f"{SHOP}:443").stderr
    assert "the pages of everybody may send" in run("origin", "add", "*").stderr
    assert listed(run)[-2:] == [f"{SHOP}:443", "*"]


def test_one_that_is_unknown_names_the_known(run: Run, config: Path) -> None:
    said = run("origin", "remove", SHOP, code=1).output
    assert "these are http://localhost:*, http://127.0.0.1:*" in said


def test_one_that_may_send_by_another_entry_is_told(run: Run, config: Path) -> None:
    run("origin", "add", "https://*.example")
    run("origin", "add", SHOP)
    assert "may send still, by https://*.example" in run("origin", "remove", SHOP).output


@pytest.mark.parametrize(
    ("variable", "text"),
    [("CHRONOS_WEB_ALLOWED_ORIGINS", "[]"), ("CHRONOS_WEB", '{"allowed_origins": []}')],
)
def test_the_environment_wins_and_is_named(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str
) -> None:
    before = config.read_text()
    monkeypatch.setenv(variable, text)
    for verb in ("add", "remove"):
        assert f"The environment variable {variable} says" in run("origin", verb, SHOP, code=1).output
    assert config.read_text() == before


def test_what_running_workers_do_about_it_is_told(run: Run, config: Path) -> None:
    home = Home(config.parent / ".chronos")
    home.make()
    State(1, [ServiceState("worker-1", RUNNING, os.getpid(), psutil.Process().create_time())]).write(home)
    assert "Running workers take it over" in run("origin", "add", SHOP).output
    Desired(("worker-1",), 2, {"CHRONOS_WEB_ALLOWED_ORIGINS": "[]"}).write(home)
    said = run("origin", "remove", SHOP).output
    assert "started with CHRONOS_WEB_ALLOWED_ORIGINS, which wins" in said
    assert "Running workers take it over" not in said


def test_without_origins_the_next_step_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "chronos.toml").write_text("")
    assert "`chronos origin add https://shop.example`" in run("origin", "list").output


def test_broken_file_is_named_and_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "chronos.toml").write_text("[web\n")
    assert "chronos.toml" in run("origin", "add", SHOP, code=1).output
    assert (tmp_path / "chronos.toml").read_text() == "[web\n"
