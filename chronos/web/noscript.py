"""What a page tells whose browser runs no script: its address, in the headers of a picture."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from chronos.errors import BadRequest
from chronos.settings.tracker import Tracker

# A url as the tracker cuts its texts (tracker/src/text.js); what comes in other headers is shorter.
URL_LENGTH = 4_000
TEXT_LENGTH = 1_000
REPLACEMENT = "\ufffd"


def page_of(headers: Mapping[str, str]) -> str:
    """The address of the page that asks; raise BadRequest where the browser does not tell it."""
    page = headers.get("Referer", "")
    if not page:
        raise BadRequest(
            reason="a request without a Referer does not tell its page: give the picture the attribute"
            ' referrerpolicy="no-referrer-when-downgrade"'
        )
    if origin_of(page) is None:
        raise BadRequest(reason=f"the Referer is no address of a page: {_clean(page, 100)}")
    return page


def origin_of(page: str) -> str | None:
    """The origin of an address, as a browser writes it; None where it is no address of a page."""
    try:
        parts = urlsplit(page)
    except ValueError:
        return None
    # A Referer has no user and no password; `@` is not in the place of any origin.
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None


def reason_to_ignore(headers: Mapping[str, str], tracker: Tracker) -> str | None:
    """Why nothing of this request may be recorded; None where it may be."""
    if not tracker.events.pageviews:
        return "switched_off"
    if tracker.consent == "required":
        return "consent"  # nobody can give it without a script
    if tracker.respect_gpc and headers.get("Sec-GPC") == "1":
        return "gpc"
    if tracker.respect_dnt and headers.get("DNT") == "1":
        return "dnt"
    return None


def beacon(key: str, page: str, headers: Mapping[str, str], now_ms: int) -> bytes:
    """A beacon of one pageview; without a visitor, since there is nothing by which to know one again."""
    url = _clean(page, URL_LENGTH)
    metadata = {
        "url": url,
        "userAgent": _clean(headers.get("User-Agent", "")),
        "pageTitle": "",
        "cookieAllowed": False,
        "language": _clean(_first_language(headers.get("Accept-Language", ""))),
    }
    data = {"v": 2, "events": [["pageviews", url, "", now_ms]], "metadata": metadata}
    return json.dumps({"ACCESS_KEY": key, "data": data}).encode()


def _first_language(accepted: str) -> str:
    return accepted.partition(",")[0].partition(";")[0].strip()


def _clean(text: str, length: int = TEXT_LENGTH) -> str:
    # Bytes of a header that are not UTF-8 come as lone surrogates, which no database takes.
    return "".join(REPLACEMENT if "\ud800" <= char <= "\udfff" else char for char in text[:length])
