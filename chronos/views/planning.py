"""Says what is to be done about a declared view, before anything is done."""

from chronos.views import catalog
from chronos.views.compiled import Compiled
from chronos.views.declaration import words

NEW, CHANGED, LEFT, DROPPED, SHOWN, NOTHING = "new", "changed", "left", "dropped", "shown", "nothing"


def fate(view: Compiled, entry: catalog.Entry | None, retention_days: int) -> str:
    """What becomes of ``view``, as the database has ``entry``, where raw events are kept so many days.

    It is filled where it is NEW or CHANGED, LEFT as it is where that would lose what is older than the raw
    events, stays DROPPED, or is SHOWN again where only the view itself is gone.
    """
    if entry is None:
        return NEW
    if stays_dropped(view, entry):
        return DROPPED
    if is_outdated(view, entry):
        return LEFT if entry.state == catalog.LIVE and retention_days else CHANGED
    return NOTHING if entry.is_there else SHOWN


def stays_dropped(view: Compiled, entry: catalog.Entry) -> bool:
    """Whether a view was dropped, and its file says nothing else than then."""
    return entry.state == catalog.DROPPED and words(entry.definition) == view.declaration.words


def is_outdated(view: Compiled, entry: catalog.Entry) -> bool:
    """Whether a declared view is not what the database has, or that is not complete."""
    return bool(entry.next_definition) or entry.missed or entry.fingerprint != view.fingerprint
