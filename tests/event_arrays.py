"""Every event type as it may come: the shortest array and the longest, and the row that it becomes."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Example:
    """``before`` and ``behind`` are the values around the client time; ``row`` are the type's own columns."""

    type: str
    before: list[Any]
    behind: list[Any]
    row: dict[str, Any]

    def array(self, client_ms: float) -> list[Any]:
        """The event as it is on the wire."""
        return [self.type, *self.before, client_ms, *self.behind]

    def __str__(self) -> str:
        return f"{self.type} of {len(self.before) + 1 + len(self.behind)} values"


# As the first Chronos sends them.
FIRST = [
    Example(
        "link_clicks",
        ["Buy", "/buy"],
        [],
        {"link_text": "Buy", "target_url": "/buy", "outbound": False, "download": False},
    ),
    Example(
        "clicks",
        ["A#buy", 1, 10.5, -20],
        [],
        {"target_node": "A#buy", "buttons": 1, "x": 10.5, "y": -20.0, "text": None},
    ),
    Example("mouse_moves", [11, 21.5], [], {"x": 11.0, "y": 21.5}),
    Example("key_presses", ["Enter"], [], {"key": "Enter"}),
    Example(
        "pageviews",
        ["https://shop/", "Shöp"],
        [],
        {"url": "https://shop/", "title": "Shöp", "referrer": None},
    ),
    Example(
        "form_submissions",
        [{"name": "Ann", "age": 7, "more": [1, None, True]}],
        [],
        {"fields": {"name": "Ann", "age": 7, "more": [1, None, True]}, "form": None},
    ),
]
EXAMPLES = [
    *FIRST,
    Example(
        "link_clicks",
        [None, "https://a/b.pdf"],
        [True, True],
        {"link_text": None, "target_url": "https://a/b.pdf", "outbound": True, "download": True},
    ),
    Example(
        "clicks",
        ["A", 0, 1, 2],
        ["Buy ✓"],
        {"target_node": "A", "buttons": 0, "x": 1.0, "y": 2.0, "text": "Buy ✓"},
    ),
    Example("mouse_moves", [1, 2], [[]], {"x": 1.0, "y": 2.0}),
    Example("pageviews", ["u", ""], ["https://a/"], {"url": "u", "title": "", "referrer": "https://a/"}),
    Example("form_submissions", [{"name": None}], ["#login"], {"fields": {"name": None}, "form": "#login"}),
    Example(
        "form_abandonments",
        ["#order", ["name", "stra\u00dfe"]],
        [],
        {"form": "#order", "fields": ["name", "stra\u00dfe"]},
    ),
    Example("scroll_depths", [62.5], [], {"depth": 62.5}),
    Example("visible_times", [4711], [], {"duration": 4711.0}),
    Example("sessions", ["6f1c"], [], {"session_id": "6f1c"}),
    Example(
        "errors",
        ["error", "x is not a function", "https://a/b.js", 12, 34, "at f\nat g"],
        [],
        {
            "kind": "error",
            "message": "x is not a function",
            "source": "https://a/b.js",
            "line_number": 12,
            "column_number": 34,
            "stack": "at f\nat g",
        },
    ),
    Example("web_vitals", ["LCP", 812.5, "good"], [], {"name": "LCP", "value": 812.5, "rating": "good"}),
    Example("rage_clicks", ["DIV", 5, 6], [], {"target_node": "DIV", "x": 5.0, "y": 6.0}),
    Example("dead_clicks", ["DIV", 7, 8], [], {"target_node": "DIV", "x": 7.0, "y": 8.0}),
    Example(
        "custom_events",
        ["order", {"total": 12.5, "items": [{"id": 1, "tags": ["ü", None, True]}], "big": 2**64, "": {}}],
        [],
        {
            "name": "order",
            "properties": {
                "total": 12.5,
                "items": [{"id": 1, "tags": ["ü", None, True]}],
                "big": 2**64,
                "": {},
            },
        },
    ),
    Example("identities", ["ann@shop.example"], [], {"user_id": "ann@shop.example"}),
    Example("losses", ["storage full", 17], [], {"reason": "storage full", "events": 17}),
]
