"""Random visits as batches of beacons: late, doubled, of many visitors and all event types."""

import random
from typing import Any
from uuid import UUID

from messages import NOW_MS, Received, beacon

from chronos.models.events import EVENT_TYPES

HOUR_MS = 3_600_000
TEXTS = ("", "Buy", "Zażółć ✓", "a" * 5000, "it's", 'quo"te', "new\nline", "%s {x}")
URLS = (
    "http://shop.example/",
    "http://shop.example/?utm_source=news&utm_medium=mail&utm_campaign=spring",
    "http://shop.example/p?x=1&utm_campaign=only#top",
    "http://shop.example/" + "p" * 4000,
)


def event(rng: random.Random, kind: str) -> list[Any]:
    """One of a type, within the last two days."""
    at = NOW_MS - rng.choice([0, rng.randrange(1000), rng.randrange(HOUR_MS), rng.randrange(48 * HOUR_MS)])
    text, url, number = rng.choice(TEXTS), rng.choice(URLS), rng.uniform(-5, 3000)
    x, y = rng.randrange(2000), rng.randrange(1000)
    behind: list[Any] = []
    values: dict[str, list[Any]] = {
        "link_clicks": [rng.choice([text, None]), url],
        "clicks": [text, 1, x, y],
        "mouse_moves": [x, y],
        "key_presses": [rng.choice("abc")],
        "pageviews": [url, text],
        "form_submissions": [{"name": text}],
        "form_abandonments": [rng.choice(["login", "order"]), ["name"]],
        "scroll_depths": [rng.uniform(0, 100)],
        "visible_times": [number],
        "sessions": [text],
        "errors": ["error", text, url, x, y, ""],
        "web_vitals": [rng.choice(["LCP", "CLS"]), max(0.0, number), "good"],
        "rage_clicks": [text, x, y],
        "dead_clicks": [text, x, y],
        "custom_events": [text, {"price": x}],
        "identities": [text],
        "losses": ["full", x],
    }
    assert set(values) == set(EVENT_TYPES)
    if kind == "pageviews":
        behind = [rng.choice([None, "", "http://search.example/"])]
    elif kind == "form_submissions":
        behind = [rng.choice([None, "login"])]
    elif kind == "link_clicks":
        behind = [rng.random() < 0.5, False]
    return [kind, *values[kind], at, *behind]


def visits(rng: random.Random, batches: int, beacons: int = 30, partitions: int = 3) -> list[list[Received]]:
    """Batches as a consumer hands them over, with contiguous offsets; some beacons come twice."""
    offsets = dict.fromkeys(range(partitions), 0)
    sent: list[Received] = []
    made = []
    for _ in range(batches):
        batch = []
        for _ in range(beacons):
            partition = rng.randrange(partitions)
            if sent and rng.random() < 0.2:
                again = rng.choice(sent)
                message = Received(again.value, offsets[partition], partition, again.headers)
            else:
                message = _beacon(rng, offsets[partition], partition)
                sent.append(message)
            offsets[partition] += 1
            batch.append(message)
        made.append(batch)
    return made


def _beacon(rng: random.Random, offset: int, partition: int) -> Received:
    about = {"url": rng.choice(URLS), "uuid": f"visitor-{rng.randrange(40)}"}
    events = [event(rng, rng.choice(list(EVENT_TYPES))) for _ in range(rng.randrange(30))]
    metadata = rng.choice([about, about, {"url": "no uuid"}])
    arrived = NOW_MS - rng.randrange(100_000)
    return beacon(
        offset,
        *events,
        partition=partition,
        id=UUID(int=rng.getrandbits(128)),
        time_ms=arrived,
        metadata=metadata,
    )
