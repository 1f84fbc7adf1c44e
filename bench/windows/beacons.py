"""Makes beacons of visits: pages, clicks, links, keys, and the mouse, of as many different keys as wanted."""

import json
import random
from typing import Any

# Of a visit: how many of each type in twenty events.
MIX = {"mouse_moves": 10, "clicks": 3, "key_presses": 3, "link_clicks": 1, "pageviews": 2, "web_vitals": 1}
KINDS = [kind for kind, number in MIX.items() for _ in range(number)]
DELAY_MS = 5_000  # how long the tracker gathers events before it sends them


def bodies(rng: random.Random, key: str, events: int, keys: int, now_ms: int, number: int) -> list[bytes]:
    """``number`` bodies of ``events`` events, which happened in the seconds before ``now_ms``.

    There are ``keys`` different pages, titles, links, nodes that are clicked, and visitors, all equally
    often: visits have favourites, which would make it easier.
    """
    return [body(rng, key, events, keys, now_ms) for _ in range(number)]


def body(rng: random.Random, key: str, events: int, keys: int, now_ms: int) -> bytes:
    """A beacon of one visitor."""
    first = rng.randrange(len(KINDS))
    content = [
        _event(KINDS[(first + n * 7) % len(KINDS)], rng, keys, now_ms - DELAY_MS * (events - n) // events)
        for n in range(events)
    ]
    about = {
        "url": f"https://shop.example/products/{rng.randrange(keys)}",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
        "pageTitle": "Products | Shop",
        "cookieAllowed": True,
        "language": "en-US",
        "uuid": f"visitor-{rng.randrange(keys)}",
    }
    whole = {"ACCESS_KEY": key, "data": {"events": content, "metadata": about}}
    return json.dumps(whole, separators=(",", ":")).encode()


def pageview(key: str, url: str, now_ms: int) -> bytes:
    """A beacon of one pageview."""
    data = {"events": [["pageviews", url, "A page", now_ms]], "metadata": {"url": url, "uuid": "visitor"}}
    return json.dumps({"ACCESS_KEY": key, "data": data}).encode()


def _event(kind: str, rng: random.Random, keys: int, at: int) -> list[Any]:
    n, x, y = rng.randrange(keys), rng.randrange(1920), rng.randrange(1080)
    page = f"https://shop.example/products/{n}"
    values: dict[str, list[Any]] = {
        "mouse_moves": [x, y],
        "clicks": [f"main#content>div.card>button.b{n}", 1, x, y],
        "key_presses": [chr(97 + n % 26)],
        "link_clicks": [f"Link {n}", f"https://other.example/{n}"],
        "pageviews": [page, f"Product {n} | Shop"],
        "web_vitals": [("LCP", "CLS", "INP")[n % 3], x / 1.7, "good"],
    }
    behind = {"link_clicks": [False, False], "pageviews": [f"https://search.example/{n % 20}"]}
    return [kind, *values[kind], at, *behind.get(kind, [])]
