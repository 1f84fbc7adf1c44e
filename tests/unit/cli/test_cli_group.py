"""A command that is mistyped: what was meant is said."""

from collections.abc import Callable, Iterator

import click
import pytest
from click.testing import Result

from chronos.cli import main

Run = Callable[..., Result]


def groups(command: click.Command, *names: str) -> Iterator[tuple[str, ...]]:
    """The names of all that have commands below them."""
    if isinstance(command, click.Group):
        yield names
        for name, inner in command.commands.items():
            yield from groups(inner, *names, name)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("strat", "there is no command 'strat': did you mean start?"),
        ("key nwe", "there is no command 'key nwe': did you mean new?"),
        ("key x", "there is no command 'key x': known are list, new, revoke"),
        ("alerts tets", "there is no command 'alerts tets': did you mean test?"),
        ("--verison", "No such option: --verison Did you mean --version?"),
    ],
)
def test_what_was_meant_is_said_of_what_is_mistyped(run: Run, typed: str, said: str) -> None:
    assert run(*typed.split(), code=2).output.splitlines()[-1] == f"Error: {said}"


def test_every_group_says_what_there_is(run: Run) -> None:
    for above in groups(main):
        assert "known are" in run(*above, "xyz", code=2).output
