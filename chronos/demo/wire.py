"""The body of a beacon, version 2, with the times of the browser that sends it."""

import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chronos.demo.acts import PageVisit, Visit
from chronos.demo.batches import Batch, rows_of

MARK = "demo"  # in the metadata: what was made up says so


def body(
    batch: Batch,
    *,
    key: str,
    mark: str,
    beacon_id: str,
    closed: float,
    sent: float,
    delay: float = 0.0,
    not_before: float = 0.0,
) -> bytes:
    """The beacon that was closed at ``closed`` and is sent at ``sent``, in seconds since 1970.

    That is by a clock that is right; the visitor's may not be. The events are ``delay`` seconds older than
    they would be, and apart from that none happened before ``not_before``.
    """
    skew = batch.visit.visitor.skew
    events = []
    for act in batch.acts:
        at = max(closed - (batch.at - act.at), not_before) - delay + skew
        events.append([act.type, *act.before, round(at * 1000), *act.behind])
    data = {
        "events": events,
        "metadata": metadata(batch.visit, batch.page) | {MARK: mark},
        "id": beacon_id,
        "sent_at": round((sent + skew) * 1000),
        "v": 2,
    }
    return json.dumps({"ACCESS_KEY": key, "data": data}, ensure_ascii=False, separators=(",", ":")).encode()


def metadata(visit: Visit, page: PageVisit) -> dict[str, Any]:
    """What the tracker says of a page and of who looks at it."""
    browser = visit.visitor.browser
    campaign = [
        (name, value) for name, value in parse_qsl(urlsplit(page.url).query) if name.startswith("utm_")
    ]
    return {
        "url": page.url,
        "userAgent": browser.agent,
        "pageTitle": page.page.title,
        "cookieAllowed": True,
        "language": visit.visitor.language,
        "screen": f"{browser.width}x{browser.height}",
        "viewport": f"{browser.width}x{browser.height - (0 if browser.touch else 120)}",
        "timezone": visit.visitor.timezone,
        "referrer": page.referrer,
        "uuid": visit.visitor.uuid,
        "session": visit.session,
        "tab": visit.tab,
        "user": visit.visitor.user or "",
        **dict(campaign),
    }


def counted(batch: Batch) -> Counter[str]:
    """How many events of each type a beacon stands for."""
    found: Counter[str] = Counter()
    for act in batch.acts:
        found[act.type] += rows_of(act)
    return found
