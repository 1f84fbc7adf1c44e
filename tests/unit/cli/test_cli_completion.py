import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pexpect
import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

from chronos.cli import main
from chronos.embedded.home import Home
from chronos.embedded.state import Desired
from chronos.settings import load

Run = Callable[..., Result]


def offered(*words: str) -> list[str]:
    """What a shell offers for the last of the words."""
    *before, incomplete = words
    complete = ShellComplete(main, {}, "chronos", "_CHRONOS_COMPLETE")
    return [item.value for item in complete.get_completions(before, incomplete)]


@pytest.fixture
def project(run: Run, config: Path) -> Path:
    """Two workers should run; there is a view and a window of one's own."""
    home = Home(config.parent / ".chronos")
    home.make()
    Desired(("kafka", "worker-1", "worker-2"), 1).write(home)
    views = config.parent / "views"
    views.mkdir()
    (views / "mine.sql").write_text(
        "-- Mine.\ncreate view my_view with (action = materialize) as select 1;\n"
    )
    with config.open("a") as file:
        file.write('\n[windows.by_page]\nkey = "url"\n')
    return config


def test_commands_and_options(config: Path) -> None:
    assert {"start", "stop", "status"} <= set(offered("st"))
    assert "--quiet" in offered("restart", "--q")
    assert offered("completion", "") == ["bash", "zsh", "fish"]
    assert offered("help", "key", "") == ["list", "new", "revoke"]
    assert offered("help", "restart", "") == []


def test_services(project: Path) -> None:
    assert offered("stop", "") == ["kafka", "postgres", "worker", "worker-1", "worker-2"]
    assert offered("restart", "worker-1", "w") == ["worker", "worker-2"]
    assert offered("log", "s") == ["supervisor"]


def test_names_of_views_and_windows(project: Path) -> None:
    assert offered("views", "show", "my") == ["my_view"]
    assert "pageviews_per_hour" in offered("views", "check", "page")
    assert offered("windows", "check", "by") == ["by_page"]


def test_keys_projects_and_origins(project: Path, run: Run) -> None:
    run("key", "new", "shop")
    assert offered("key", "revoke", "") == [key.key for key in load().write_keys]
    assert offered("snippet", "--project", "s") == ["shop"]
    assert offered("origin", "remove", "http://127") == ["http://127.0.0.1:*"]


@pytest.mark.parametrize("words", [("stop", "k"), ("views", "show", ""), ("key", "revoke", "")])
def test_settings_that_are_broken_offer_nothing(config: Path, words: tuple[str, ...]) -> None:
    assert offered(*words)
    config.write_text("[web\n")
    assert offered(*words) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_script(run: Run, shell: str) -> None:
    script = run("completion", shell).stdout
    assert f"_CHRONOS_COMPLETE={shell}_complete" in script


def parameters(command: click.Command) -> list[click.Parameter]:
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    return [*command.params, *(one for each in inner for one in parameters(each))]


def test_every_list_of_names_completes() -> None:
    named = [one for one in parameters(main) if one.name in ("services", "names") and one.nargs == -1]
    assert len(named) > 5
    assert all(one._custom_shell_complete for one in named)


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash on this machine")
def test_a_real_bash_completes(project: Path, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "chronos"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m chronos "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    shell = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile"],
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "PATH": path, "TERM": "dumb", "PS1": "$ "},
    )
    shell.sendline('eval "$(chronos completion bash)"; echo rea""dy')
    shell.expect("ready")
    shell.send("chronos resta\t")
    shell.expect("chronos restart ")
    shell.send("postg\t")
    shell.expect("postgres ")
    shell.send("worker-2\t")
    shell.expect("worker-2 ")
    shell.sendcontrol("c")
    shell.expect_exact("$ ")
    shell.sendline("exit")
    shell.expect(pexpect.EOF)
    shell.close()
