"""Makes the beacons that are sent: the mix of events that a visit has, with real-looking metadata."""

import json
import time
from typing import Any

PAGES = 50
VISITORS = 200
DIFFERENT = 200
MIX = ("mouse_moves",) * 6 + ("clicks", "clicks", "key_presses", "link_clicks")


def bodies(key: str, events: int) -> list[bytes]:
    """Different beacons of ``events`` events each, with no id: each one sent is one of its own."""
    now = int(time.time() * 1000) - 60_000
    return [_body(key, events, number, now) for number in range(DIFFERENT)]


def _body(key: str, events: int, number: int, now: int) -> bytes:
    beacon = {
        "ACCESS_KEY": key,
        "data": {
            "events": [_event(MIX[place % len(MIX)], place, number, now + place) for place in range(events)],
            "metadata": {
                "url": f"https://shop.example/products/{number % PAGES}",
                "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
                "pageTitle": f"Product {number % PAGES} | Shop",
                "cookieAllowed": True,
                "language": "en-US",
                "uuid": f"visitor-{number % VISITORS}",
            },
        },
    }
    return json.dumps(beacon, separators=(",", ":")).encode()


def _event(name: str, place: int, number: int, at: int) -> list[Any]:
    x, y = place * 7 % 1920, number * 11 % 1080
    values: dict[str, list[Any]] = {
        "mouse_moves": [x, y],
        "clicks": ["main#content>div.card.wide>button.buy", 1, x, y],
        "key_presses": ["Enter"],
        "link_clicks": ["All pictures of this product", "https://shop.example/images"],
    }
    return [name, *values[name], at]
