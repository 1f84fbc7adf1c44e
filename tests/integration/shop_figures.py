"""What each panel has to show of the shop's afternoon, reckoned by hand: rows, times in s from BASE."""

from datetime import UTC, datetime
from typing import Any

from shop import BASE, CART, FILE, HOME, HOUR, PRODUCT, SCRIPT, SEARCH

FIRST, SECOND = 0, HOUR  # the two intervals of an hour
LETTER = "clicks: buttons is no integer"
HOURS = sorted(
    [
        (datetime.fromtimestamp(BASE, UTC).strftime("%H"), 2),
        (datetime.fromtimestamp(BASE + HOUR, UTC).strftime("%H"), 3),
    ]
)

FIGURES: dict[str, list[tuple[Any, ...]]] = {
    "overview/visitors_now": [(3,)],
    "overview/visitors": [(3,)],
    "overview/sessions": [(3,)],
    "overview/pageviews": [(5,)],
    "overview/submissions": [(1,)],
    "overview/errors": [(3,)],
    "overview/traffic": [(FIRST, 2, 1), (SECOND, 3, 2)],
    "overview/events_by_type": [
        (FIRST, "clicks", 2),
        (FIRST, "errors", 1),
        (FIRST, "form_submissions", 1),
        (FIRST, "key_presses", 2),
        (FIRST, "link_clicks", 1),
        (FIRST, "pageviews", 2),
        (FIRST, "scroll_depths", 3),
        (FIRST, "sessions", 1),
        (FIRST, "visible_times", 2),
        (FIRST, "web_vitals", 5),
        (SECOND, "dead_clicks", 2),
        (SECOND, "errors", 2),
        (SECOND, "form_abandonments", 2),
        (SECOND, "link_clicks", 1),
        (SECOND, "losses", 1),
        (SECOND, "pageviews", 3),
        (SECOND, "rage_clicks", 1),
        (SECOND, "scroll_depths", 1),
        (SECOND, "sessions", 2),
        (SECOND, "visible_times", 1),
        (SECOND, "web_vitals", 2),
    ],
    "overview/top_pages": [(HOME, 3, 3), (CART, 1, 1), (PRODUCT, 1, 1)],
    "overview/referrers": [("www.search.example", 2, 2)],
    "overview/campaigns": [("news", "mail", "spring", 1, 1)],
    "overview/languages": [("en", 2), ("fr", 1)],
    "pages/over_time": [(FIRST, HOME, 1), (FIRST, CART, 1), (SECOND, HOME, 2), (SECOND, PRODUCT, 1)],
    # Ann had the home page in view for 30 s, Bob for 4 s; they saw 60 and 20 per cent of it.
    "pages/pages": [(HOME, 3, 3, 34 / 3, 40), (CART, 1, 1, 10, 100), (PRODUCT, 1, 1, None, None)],
    "pages/referrers": [(HOME, 2, 2), (f"{SEARCH}/", 1, 1), (f"{SEARCH}/q", 1, 1)],
    "pages/depths": [("under 25 %", 1), ("50 to 75 %", 1), ("75 to 100 %", 1)],
    "pages/widths": [("desktop", 1), ("phone, under 600", 1), ("tablet, under 1024", 1)],
    "pages/hours": HOURS,
    "clicks/over_time": [
        (FIRST, "clicks", 2),
        (FIRST, "on links", 1),
        (SECOND, "dead clicks", 2),
        (SECOND, "on links", 1),
        (SECOND, "rage clicks", 1),
    ],
    "clicks/targets": [("button", 1, 1), ("nav>a", 1, 1)],
    "clicks/links": [("Cart", CART, 1, 1), ("Docs", FILE, 1, 1)],
    "clicks/outbound": [("docs.example", 1, 1)],
    "clicks/downloads": [(FILE, 1, 1)],
    "clicks/vain": [(HOME, "DIV", 1, 2, 1)],
    "clicks/keys": [("Space", 1)],
    "forms/submissions": [(1,)],
    "forms/abandonments": [(2,)],
    "forms/completed": [(1 / 3,)],
    "forms/over_time": [(FIRST, "sent", 1), (SECOND, "left", 2)],
    "forms/forms": [
        ("#login", PRODUCT, 0, 1, 0, 1),
        ("#order", HOME, 0, 1, 0, 1),
        ("#order", CART, 1, 0, 1, 1),
    ],
    "forms/left_at": [("#login", "user", 1, 1), ("#order", "email", 1, 1)],
    "forms/touched": [("1", 1), ("2", 1)],
    "sessions/begun": [(3,)],
    "sessions/pages_each": [(5 / 3,)],
    "sessions/bounced": [(1 / 3,)],
    # Of 40 s and 4 s.
    "sessions/visible": [(22,)],
    "sessions/over_time": [(FIRST, 1), (SECOND, 2)],
    "sessions/lengths": [("1", 1), ("2", 2)],
    "sessions/entries": [(HOME, 3, 1 / 3)],
    "sessions/exits": [(HOME, 1), (CART, 1), (PRODUCT, 1)],
    "sessions/latest": [
        (3700, 3720, "cat", 2, None, HOME, PRODUCT),
        (3600, 3600, "bob", 1, 4, HOME, HOME),
        (0, 60, "ann", 2, 40, HOME, CART),
    ],
    # Three quarters of the way from 1000 to 3000, and from 0.05 to 0.3.
    "errors/vitals": [(2500, 100, 0.2375, 900, 300)],
    "errors/vitals_over_time": [
        (FIRST, "FCP", 900),
        (FIRST, "INP", 100),
        (FIRST, "LCP", 1000),
        (FIRST, "TTFB", 300),
        (SECOND, "LCP", 3000),
    ],
    "errors/ratings": [
        ("CLS", 1, 0, 1),
        ("FCP", 1, 0, 0),
        ("INP", 1, 0, 0),
        ("LCP", 1, 1, 0),
        ("TTFB", 1, 0, 0),
    ],
    "errors/slow_pages": [(HOME, 2500, 100, 0.2375, 2)],
    "errors/over_time": [(FIRST, "error", 1), (SECOND, "error", 1), (SECOND, "unhandledrejection", 1)],
    "errors/messages": [("x is null", SCRIPT, 10, 2, 2, 85, 3650), ("boom", SCRIPT, None, 1, 1, 3651, 3651)],
    "errors/pages": [(HOME, 2, 1), (CART, 1, 1)],
    "errors/losses": [("storage full", 7, 1)],
    "pipeline/dead_letters": [("shop", LETTER, 2, 0, 2 * HOUR)],
}
