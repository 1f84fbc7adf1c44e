"""A small shop's afternoon: three visitors, whose numbers can be reckoned by hand."""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from messages import Received, beacon, write

from chronos.models.dead_letter import DeadLetter
from chronos.sinks.timescaledb.dead_letters import DeadLetters

HOUR = 3600
# The beginning of an hour; all happens within the two hours behind it, but for one pageview before.
BASE = int(time.time()) // HOUR * HOUR - 6 * HOUR
START, END = (datetime.fromtimestamp(BASE + seconds, UTC) for seconds in (0, 2 * HOUR))
HOME, CART, PRODUCT = ("https://shop.example/", "https://shop.example/cart", "https://shop.example/product")
ADVERTISED = f"{HOME}?utm_source=news&utm_medium=mail&utm_campaign=spring"
SCRIPT = "https://shop.example/app.js"
FILE = "https://docs.example/x.pdf"
SEARCH = "https://www.search.example"
LETTERS = "dead_letters"


def at(seconds: float) -> int:
    """The browser's clock so long behind BASE."""
    return (BASE * 1000) + round(seconds * 1000)


def about(url: str, visitor: str, session: str, language: str, viewport: str) -> dict[str, str]:
    return {
        "url": url,
        "uuid": visitor,
        "session": session,
        "language": language,
        "viewport": viewport,
    }


ANN = ("ann", "s1", "en", "1280x720")
BOB = ("bob", "s2", "en", "390x800")
CAT = ("cat", "s3", "fr", "800x600")
ANN_AT_HOME = [
    ["sessions", "s1", at(0)],
    ["pageviews", ADVERTISED, "Home", at(0), f"{SEARCH}/q?x=1"],
    ["scroll_depths", 30, at(10)],
    ["scroll_depths", 60, at(20)],
    ["visible_times", 30_000, at(30)],
    ["clicks", "nav>a", 0, 1, 2, at(30)],
    ["link_clicks", "Cart", CART, at(30)],
    ["web_vitals", "LCP", 1000, "good", at(5)],
    ["web_vitals", "INP", 100, "good", at(5)],
    ["web_vitals", "CLS", 0.05, "good", at(5)],
    ["web_vitals", "FCP", 900, "good", at(5)],
    ["web_vitals", "TTFB", 300, "good", at(5)],
]
ANN_AT_THE_CART = [
    ["pageviews", CART, "Cart", at(60), ADVERTISED],
    ["scroll_depths", 100, at(70)],
    ["visible_times", 10_000, at(80)],
    ["key_presses", " ", at(80)],
    ["key_presses", "Unidentified", at(81)],
    ["errors", "error", "x is null", f"{SCRIPT}?v=2", 10, 5, "", at(85)],
    ["clicks", "button", 0, 1, 2, at(90)],
    ["form_submissions", {"email": None}, at(90), "#order"],
]
BOB_AT_HOME = [
    ["sessions", "s2", at(3600)],
    ["pageviews", HOME, "Home", at(3600), ""],
    ["scroll_depths", 20, at(3610)],
    ["visible_times", 4_000, at(3620)],
    ["rage_clicks", "DIV", 5, 6, at(3630)],
    ["dead_clicks", "DIV", 5, 6, at(3630)],
    ["dead_clicks", "DIV", 5, 6, at(3631)],
    ["link_clicks", "Docs", FILE, at(3640), True, True],
    ["errors", "error", "x is null", f"{SCRIPT}?v=3", 10, 5, "", at(3650)],
    ["errors", "unhandledrejection", "boom", SCRIPT, 0, 1, "", at(3651)],
    ["web_vitals", "LCP", 3000, "needs-improvement", at(3660)],
    ["web_vitals", "CLS", 0.3, "poor", at(3660)],
    ["losses", "storage full", 7, at(3670)],
    ["form_abandonments", "#order", ["name", "email"], at(3700)],
]
CAT_AT_HOME = [
    ["sessions", "s3", at(3700)],
    ["pageviews", HOME, "Home", at(3700), f"{SEARCH}/"],
]
CAT_AT_THE_PRODUCT = [
    ["pageviews", f"{PRODUCT}#top", "Product", at(3720), HOME],
    ["form_abandonments", "#login", ["user"], at(3730)],
]
BEFORE = [["pageviews", HOME, "Home", at(-3600), f"{SEARCH}/"], ["clicks", "nav>a", 0, 1, 2, at(-3600)]]


def visits() -> list[Received]:
    """All of it, as a consumer hands it over."""
    parts: list[tuple[str, tuple[str, str, str, str], list[list[Any]]]] = [
        (ADVERTISED, ANN, ANN_AT_HOME),
        (CART, ANN, ANN_AT_THE_CART),
        (HOME, BOB, BOB_AT_HOME),
        (HOME, CAT, CAT_AT_HOME),
        (f"{PRODUCT}#top", CAT, CAT_AT_THE_PRODUCT),
        (HOME, ("ann", "s0", "en", "1280x720"), BEFORE),
    ]
    arrived = time.time() * 1000  # now, and not when tests were collected: a view is of the last five minutes
    return [
        beacon(offset, *events, metadata=about(url, *who), time_ms=arrived)
        for offset, (url, who, events) in enumerate(parts)
    ]


async def put_aside(url: str) -> None:
    """Two dead letters of the time range, and one from before it, as the agent stores them."""
    moments = [START, END, datetime.fromtimestamp(BASE - 10, UTC)]
    letters = [
        DeadLetter(UUID(int=number), moment, "shop", 0, "clicks: buttons is no integer", b"[]")
        for number, moment in enumerate(moments, 1)
    ]
    messages = [letter.to_message(LETTERS) for letter in letters]
    sink = DeadLetters(url, LETTERS)
    received = [
        Received(message.value, offset, headers=message.headers, topic=LETTERS)
        for offset, message in enumerate(messages)
    ]
    await write(sink, received)
    await sink.close()
