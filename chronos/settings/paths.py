"""The paths that a worker answers: those of Chronos itself, and those that the settings choose."""

import re
from typing import Annotated

from pydantic import AfterValidator

# Its own pages, also those which a setting of it brings.
OF_FAUST = ("/assignment", "/graph", "/performance", "/router", "/table")
OWN_PATHS = (
    *("/api/live", "/api/views", "/api/windows", "/demo", "/health", "/live", "/metrics"),
    *("/internal/progress", "/internal/recent", "/internal/windows"),
    *OF_FAUST,
)
SCRIPT = ".js"
# A part `.` or `..` would never arrive: browsers resolve them before they ask.
PATH = re.compile(r"(?:/(?!\.\.?(?:/|\Z))[A-Za-z0-9._-]+)+")
FORM = (
    "expected a path such as {example}: parts of letters, digits, `-`, `_` and `.`, each behind a `/`,"
    " none of them `.` or `..`"
)


def vitals_path(tracker_path: str) -> str:
    """Where the part of the tracker that measures web vitals is: ``/tracker.vitals.js``."""
    return f"{tracker_path.removesuffix(SCRIPT)}.vitals{SCRIPT}"


def pixel_path(events_path: str) -> str:
    """Where the picture is that a page without JavaScript asks for: ``/api/events.gif``."""
    return f"{events_path}.gif"


def source_map_path(script_path: str) -> str:
    """Where the source map of a script is: ``/tracker.js.map``."""
    return f"{script_path}.map"


def tracker_paths(tracker_path: str) -> list[str]:
    """All that is served of the tracker: its scripts, each with its source map."""
    scripts = [tracker_path, vitals_path(tracker_path)]
    return [path for script in scripts for path in (script, source_map_path(script))]


def distinct(events_path: str, tracker_path: str) -> str:
    """``events_path``, if neither it nor its picture stands where the tracker is; else ValueError."""
    taken = tracker_paths(tracker_path)
    for path in (events_path, pixel_path(events_path)):
        if path in taken:
            raise ValueError(
                f"expected a path of its own: {path} is the tracker's (tracker_path = {tracker_path!r})"
            )
    return events_path


def _free(path: str, example: str) -> str:
    if not PATH.fullmatch(path):
        raise ValueError(FORM.format(example=example))
    for own in OWN_PATHS:
        if path == own or path.startswith(f"{own}/"):
            raise ValueError(
                f"expected a path such as {example}: Chronos answers {own} itself, and all below"
            )
    return path


def _events_path(path: str) -> str:
    return _free(path, "/api/events")


def _tracker_path(path: str) -> str:
    if not path.endswith(SCRIPT):
        raise ValueError("expected a path that ends with .js, such as /tracker.js")
    return _free(path, "/tracker.js")


EventsPath = Annotated[str, AfterValidator(_events_path)]
TrackerPath = Annotated[str, AfterValidator(_tracker_path)]
