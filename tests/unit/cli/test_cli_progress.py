import io
import sys

import pexpect
import pytest

from chronos.cli.progress import Progress, waiting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, quiet: bool = False) -> str:
    with Progress(stream, quiet) as progress:
        for there in range(24):
            progress(there, 23, there, 23)
        progress._bars.refresh()
    return stream.getvalue()


@pytest.fixture(autouse=True)
def capable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")


def test_download_shows_how_far_it_is_in_a_terminal() -> None:
    said = shown(Terminal())
    assert "Fetching Kafka, once:" in said
    assert "23 of 23 jars, 23 of 23 MB" in said


def test_nothing_is_shown_elsewhere_or_when_quiet() -> None:
    assert shown(io.StringIO()) == ""
    assert shown(Terminal(), quiet=True) == ""


def test_nothing_is_shown_in_a_terminal_that_cannot_move_its_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert shown(Terminal()) == ""


def test_waiting_says_for_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with waiting("Restarting kafka"):
        pass
    assert "Restarting kafka" in terminal.getvalue()
    with waiting("Restarting postgres", quiet=True):
        pass
    assert "postgres" not in terminal.getvalue()


@pytest.mark.parametrize("err", [False, True], ids=["standard output", "standard error"])
def test_what_is_printed_meanwhile_has_a_line_of_its_own(err: bool) -> None:
    script = (
        "import time, click; from chronos.cli.progress import waiting\n"
        f"with waiting('Starting'): time.sleep(1); click.echo('postgres runs', err={err}); time.sleep(1)\n"
        "click.echo('done')\n"
    )
    said: str = pexpect.run(f'{sys.executable} -c "{script}"', encoding="utf-8", timeout=60)
    assert "Starting" in said
    assert "\r\x1b[2Kpostgres runs\r\n" in said
    assert said.rpartition("\x1b[2K")[2] == "done\r\n"
