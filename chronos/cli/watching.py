"""Draws `chronos status` again and again, on a screen of its own."""

import contextlib
import time
from collections.abc import Callable
from datetime import datetime

from rich.console import Console
from rich.live import Live
from rich.text import Text

from chronos.cli import report
from chronos.cli.report import Report
from chronos.errors import ChronosError
from chronos.settings import Settings


def watch(settings: Callable[[], Settings], text: Callable[[Report], str], seconds: float) -> None:
    """Until Ctrl-C, every ``seconds``; the settings are read anew each time. The last one stays."""
    said = _now(settings, text)
    screen = Live(Text(said), console=Console(), screen=True, auto_refresh=False)
    with contextlib.suppress(KeyboardInterrupt), screen as live:
        while True:
            live.update(Text(f"{said}\n\n{_foot(seconds)}"), refresh=True)
            time.sleep(seconds)
            said = _now(settings, text)
    print(said)


def _now(settings: Callable[[], Settings], text: Callable[[Report], str]) -> str:
    try:
        return text(report.make(settings()))
    except ChronosError as error:
        # It may be mended while it is watched: a file that is just being edited, say.
        return f"Error: {error}"


def _foot(seconds: float) -> str:
    return f"{datetime.now():%H:%M:%S}, again every {seconds:g} s; Ctrl-C ends"
