"""The views of windows that there are: that ship, of installed packages, and of ``chronos.toml``."""

import difflib
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from chronos.errors import ConfigurationError, UnsupportedExpression
from chronos.extensions import windows
from chronos.models.events import EVENT_TYPES
from chronos.settings import Settings, problems
from chronos.settings.windows import DeclaredWindow
from chronos.windows.expression import compile_filter, compile_key

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class WindowView:
    """What of which events is counted, by what: SQL over the columns of that event, or of all.

    ``kind`` is ``count``, how often each key came, or ``distinct``, how many different keys came.
    """

    name: str
    about: str
    event: str | None
    key: str
    filter: str | None = None
    kind: str = "count"
    is_own: bool = False

    @property
    def id(self) -> str:
        """Under which counts are kept: one that is declared anew with another meaning begins at nothing."""
        if not self.is_own:
            return self.name
        meaning = repr((self.event, self.key, self.filter))
        return f"{self.name}~{hashlib.blake2b(meaning.encode(), digest_size=4).hexdigest()}"


BUILT_IN = (
    WindowView("event_types", "Events by type", None, "event_type"),
    WindowView("pageview_urls", "Pageviews by address", "pageviews", "url"),
    WindowView("pageview_titles", "Pageviews by title", "pageviews", "title"),
    WindowView("link_texts", "Clicks on links by their text", "link_clicks", "link_text"),
    WindowView("click_nodes", "Clicks by the node that was hit", "clicks", "target_node"),
    WindowView("keys", "Key presses by key", "key_presses", "key"),
    WindowView("referrers", "Pageviews by the page before", "pageviews", "referrer"),
    WindowView("custom_events", "What pages report themselves, by name", "custom_events", "name"),
    WindowView("visitors", "Distinct visitors", None, "metadata ->> 'uuid'", kind="distinct"),
)


def declared(settings: Settings) -> list[WindowView]:
    """All views; raise ConfigurationError with a line for each thing that is wrong with those of others."""
    tables = settings.windows.own
    installed = {name: one for name, one in windows.declared().items() if name not in tables}
    found = [line for name, window in tables.items() for line in _wrong(name, window, _in_a_table)]
    for name, (window, source) in installed.items():
        found += _wrong(name, window, partial(_in_a_package, source))
    if found:
        raise ConfigurationError(problems="\n".join(found))
    own = {name: window for name, (window, _) in installed.items()} | tables
    return [
        *BUILT_IN,
        *(
            WindowView(name, one.about, one.event, one.key, one.filter, is_own=True)
            for name, one in own.items()
        ),
    ]


Say = Callable[[list[str], str, str | None], str]


def _in_a_table(key: list[str], reason: str, value: str | None) -> str:
    return problems.of_key(["windows", *key], reason, value)


def _in_a_package(source: str, key: list[str], reason: str, value: str | None) -> str:
    shown = "" if value is None else f" = {value!r}"
    return f"{source}: {'.'.join(key)}{shown}: {reason}"


def _wrong(name: str, window: DeclaredWindow, say: Say) -> Iterator[str]:
    built_in = [view.name for view in BUILT_IN]
    if not NAME.fullmatch(name):
        yield say([name], "a name has lower-case letters, digits and `_`, up to 40, a letter first", None)
    elif name in built_in:
        yield say([name], f"there is a view of this name: {', '.join(built_in)}", None)
    if window.event is not None and window.event not in EVENT_TYPES:
        yield say([name, "event"], _no_type(window.event), window.event)
        return
    for field, text, compiled in (
        ("key", window.key, compile_key),
        ("filter", window.filter, compile_filter),
    ):
        try:
            if text is not None:
                compiled(window.event, text)
        except UnsupportedExpression as error:
            yield say([name, field], str(error), text)


def _no_type(name: str) -> str:
    close = difflib.get_close_matches(name, EVENT_TYPES, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"there is no such event type: {', '.join(EVENT_TYPES)}{hint}"
