"""Bars that show how far long work is, where a person looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn


@contextmanager
def bar(doing: str, what: str, total: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A bar on stderr for ``total`` of ``what``; call what this yields with how many more are done."""
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} " + what),
        TimeRemainingColumn(),
    )
    off = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=off) as progress:
        task = progress.add_task(doing, total=total)
        yield lambda more: progress.advance(task, more)


@contextmanager
def counter(doing: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A line on stderr for work whose end is not known; call what this yields with how far it is."""
    console = Console(file=sys.stderr)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    off = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=off) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda text: progress.update(task, description=f"{doing} {text}")
