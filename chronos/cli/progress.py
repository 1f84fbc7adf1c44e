"""Shows how far long work has come: in a terminal, where a person looks, and nowhere else."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.file_proxy import FileProxy
from rich.progress import (
    BarColumn,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars


class _Above(FileProxy):
    """What is written here goes above the bars of a console.

    click asks for the encoding, of which rich's own says nothing, and writes past what has none.
    """

    def __init__(self, console: Console, file: TextIO) -> None:
        super().__init__(console, file)
        self._encoding = file.encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of the terminal."""
        return self._encoding


class _Bars(Bars):
    """Bars above which everything appears that is printed to a terminal meanwhile."""

    _redirected = contextlib.ExitStack()

    def start(self) -> None:
        if not self.disable:
            with contextlib.ExitStack() as redirected:
                # A pipe gets what is printed as it is.
                if sys.stdout.isatty():
                    redirected.enter_context(contextlib.redirect_stdout(_Above(self.console, sys.stdout)))
                if sys.stderr.isatty():
                    redirected.enter_context(contextlib.redirect_stderr(_Above(self.console, sys.stderr)))
                self._redirected = redirected.pop_all()
        super().start()

    def stop(self) -> None:
        super().stop()
        self._redirected.close()


def bars(*columns: str | ProgressColumn, quiet: bool = False, stream: TextIO | None = None) -> Bars:
    """Bars of these columns on the standard error, which vanish at the end; none where nobody looks."""
    stream = stream or sys.stderr
    console = Console(file=stream)
    return _Bars(
        *columns,
        console=console,
        transient=True,
        disable=quiet or not stream.isatty() or console.is_dumb_terminal,
        redirect_stdout=False,
        redirect_stderr=False,
    )


@contextlib.contextmanager
def waiting(what: str, quiet: bool = False) -> Iterator[None]:
    """Show that, and for how long, something is waited for."""
    with bars(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), quiet=quiet) as shown:
        shown.add_task(what, total=None)
        yield


@contextlib.contextmanager
def bar(doing: str, what: str, total: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A bar for ``total`` of ``what``; call what this yields with how many more are done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} " + what),
        TimeRemainingColumn(),
    )
    with bars(*columns, quiet=quiet) as shown:
        task = shown.add_task(doing, total=total)
        yield lambda more: shown.advance(task, more)


@contextlib.contextmanager
def counter(doing: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A line for work whose end is not known; call what this yields with how far it is."""
    with bars(SpinnerColumn(), TextColumn("{task.description}"), quiet=quiet) as shown:
        task = shown.add_task(doing, total=None)
        yield lambda text: shown.update(task, description=f"{doing} {text}")


class Progress:
    """How far the download of Kafka has come."""

    def __init__(self, stream: TextIO | None = None, quiet: bool = False) -> None:
        columns = (TextColumn("Fetching Kafka, once:"), BarColumn(), TextColumn("{task.description}"))
        self._bars = bars(*columns, quiet=quiet, stream=stream)
        self._task = self._bars.add_task("", total=None, visible=False)

    def __call__(self, there: int, jars: int, megabytes: float, megabytes_in_all: float) -> None:
        """Show that so many jars and megabytes are there."""
        text = f"{there} of {jars} jars, {megabytes:.0f} of {megabytes_in_all:.0f} MB"
        self._bars.update(
            self._task, description=text, completed=megabytes, total=megabytes_in_all, visible=True
        )

    def __enter__(self) -> "Progress":
        self._bars.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._bars.stop()
