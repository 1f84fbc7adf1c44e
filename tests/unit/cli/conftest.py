"""Fixtures of the tests of the command line: commands run in this process, in an empty folder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chronos.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """``run("key", "list", code=1)``: the result, whose exit code is checked."""

    def invoke(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, list(arguments), prog_name="chronos")
        assert result.exit_code == code, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke


@pytest.fixture
def config(run: Run, tmp_path: Path) -> Path:
    """A fresh chronos.toml in the current folder."""
    run("init")
    return tmp_path / "chronos.toml"
