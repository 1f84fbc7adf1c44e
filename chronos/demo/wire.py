"""The body of a beacon, version 2, with the times of the browser that sends it."""

import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chronos.demo.acts import Act, PageVisit, Visit
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
    they would be, and apart from that none happened before ``not_before``: people act faster, where need be.
    """
    skew = batch.visit.visitor.skew
    lasted = batch.at - min((act.at for act in batch.acts), default=batch.at)
    pace = min(1.0, max(0.0, closed - not_before) / lasted) if lasted else 1.0
    events = []
    for act in batch.acts:
        at = closed - (batch.at - act.at) * pace - delay + skew
        events.append([act.type, *act.before, round(at * 1000), *_paced(act, pace)])
    data = {
        "events": events,
        "metadata": metadata(batch.visit, batch.page) | {MARK: mark},
        "id": beacon_id,
        "sent_at": round((sent + skew) * 1000),
        "v": 2,
    }
    return json.dumps({"ACCESS_KEY": key, "data": data}, ensure_ascii=False, separators=(",", ":")).encode()


def _paced(act: Act, pace: float) -> tuple[Any, ...]:
    """What stands behind the client time; of the mouse's way the times between its places."""
    if act.type != "mouse_moves" or pace == 1:
        return act.behind
    path = list(act.behind[0])
    path[2::3] = [int(passed * pace) for passed in path[2::3]]
    return (path,)


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
