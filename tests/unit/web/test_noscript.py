"""The pageview of a page without JavaScript."""

import json
from typing import Any

import pytest

from chronos.errors import BadRequest
from chronos.settings.tracker import Tracker, TrackerEvents
from chronos.web import noscript

PAGE = "https://shop.example/cart?item=7"


@pytest.mark.parametrize(
    ("page", "origin"),
    [
        (PAGE, "https://shop.example"),
        ("https://shop.example", "https://shop.example"),
        ("http://localhost:3000/a", "http://localhost:3000"),
        ("http://[::1]:3000/a", "http://[::1]:3000"),
        ("https://shop.example@evil.example/", "https://shop.example@evil.example"),
        ("android-app://org.example.app/", "android-app://org.example.app"),
        ("http://[::1/", None),
        ("about:blank", None),
        ("/cart", None),
        ("https:///cart", None),
    ],
)
def test_the_origin_of_a_page(page: str, origin: str | None) -> None:
    assert noscript.origin_of(page) == origin


@pytest.mark.parametrize(
    ("headers", "reason"),
    [({}, "without a Referer"), ({"Referer": ""}, "without a Referer"), ({"Referer": "x"}, "no address")],
    ids=["none", "empty", "no address"],
)
def test_a_page_that_is_not_told_is_refused_with_what_to_do(headers: dict[str, str], reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        noscript.page_of(headers)


def test_a_refusal_shows_a_part_of_what_came() -> None:
    with pytest.raises(BadRequest) as refused:
        noscript.page_of({"Referer": "x" * 5000})
    assert len(str(refused.value)) < 200


OFF: dict[str, Any] = {"respect_gpc": False, "respect_dnt": False}


@pytest.mark.parametrize(
    ("headers", "settings", "reason"),
    [
        ({}, {}, None),
        ({"Sec-GPC": "1"}, {}, "gpc"),
        ({"Sec-GPC": "0"}, {}, None),
        ({"DNT": "1"}, {}, "dnt"),
        ({"DNT": "0"}, {}, None),
        ({"Sec-GPC": "1", "DNT": "1"}, OFF, None),
        ({"Sec-GPC": "1", "DNT": "1"}, {"respect_gpc": False}, "dnt"),
        ({}, {"consent": "required"}, "consent"),
        ({}, {"events": TrackerEvents(pageviews=False)}, "switched_off"),
    ],
)
def test_nothing_is_recorded_where_somebody_wants_that(
    headers: dict[str, str], settings: dict[str, Any], reason: str | None
) -> None:
    assert noscript.reason_to_ignore(headers, Tracker(**settings)) == reason


def recorded(page: str = PAGE, **headers: str) -> dict[str, Any]:
    return dict(json.loads(noscript.beacon("the-key", page, headers, 17)))


def test_a_beacon_holds_the_pageview_and_what_the_headers_tell() -> None:
    headers = {"User-Agent": "Lynx/2.9", "Accept-Language": "de-AT, de;q=0.9, en;q=0.5"}
    assert recorded(**headers) == {
        "ACCESS_KEY": "the-key",
        "data": {
            "v": 2,
            "events": [["pageviews", PAGE, "", 17]],
            "metadata": {
                "url": PAGE,
                "userAgent": "Lynx/2.9",
                "pageTitle": "",
                "cookieAllowed": False,
                "language": "de-AT",
            },
        },
    }


@pytest.mark.parametrize(
    ("accepted", "language"), [("", ""), ("en;q=0.9", "en"), (" fr , en", "fr"), ("*", "*")]
)
def test_the_language_is_the_first_that_is_accepted(accepted: str, language: str) -> None:
    metadata = recorded(**{"Accept-Language": accepted})["data"]["metadata"]
    assert metadata["language"] == language


def test_long_texts_are_cut_as_the_tracker_cuts_them() -> None:
    data = recorded(f"{PAGE}&{'x' * 5000}", **{"User-Agent": "u" * 2000})["data"]
    assert len(data["metadata"]["url"]) == len(data["events"][0][1]) == 4000
    assert len(data["metadata"]["userAgent"]) == 1000


def test_bytes_that_are_no_text_are_replaced() -> None:
    data = recorded(f"{PAGE}\udcff", **{"User-Agent": "\udc80"})["data"]
    assert data["metadata"]["url"].endswith("7\ufffd")
    assert data["metadata"]["userAgent"] == "\ufffd"
