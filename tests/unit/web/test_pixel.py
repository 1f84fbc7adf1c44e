"""`GET /api/events.gif`: a picture in any case where nothing is wrong, and what it records."""

import json

import pytest
from asking import Answers, Ask, Asked

KEY, OTHER = "a-key-of-the-unit-tests", "a+key&of/another=project"
PAGE = "https://shop.example/cart?item=7"
FROM = {"Referer": PAGE}
ADDRESS = f"/api/events.gif?key={KEY}"
HERE = {
    "CHRONOS_WRITE_KEYS": json.dumps([{"key": KEY, "name": "shop"}, {"key": OTHER, "name": "blog"}]),
    "CHRONOS_WEB_ALLOWED_ORIGINS": '["https://shop.example"]',
}
REQUESTS = {
    "recorded": Asked(ADDRESS, FROM),
    "key to be quoted": Asked("/api/events.gif?key=a%2Bkey%26of/another%3Dproject", FROM),
    "asked for its head": Asked(ADDRESS, FROM, "HEAD"),
    "gpc": Asked(ADDRESS, FROM | {"Sec-GPC": "1"}),
    "dnt": Asked(ADDRESS, FROM | {"DNT": "1"}),
    "no Referer": Asked(ADDRESS),
    "no address": Asked(ADDRESS, {"Referer": "about:blank"}),
    "other origin": Asked(ADDRESS, {"Referer": "https://evil.example/"}),
    "origin in the user": Asked(ADDRESS, {"Referer": "https://shop.example@evil.example/"}),
    "no key": Asked("/api/events.gif", FROM),
    "wrong key": Asked(f"{ADDRESS}x", FROM),
    "posted": Asked(ADDRESS, FROM, "POST"),
    "over the rate": Asked(ADDRESS, FROM),
}
# One token for each key: who is refused, or wants nothing recorded, takes none.
RATE = {"CHRONOS_LIMITS_BEACONS_PER_SECOND": "1"}
STOPPED_CLOCK = "acceptance.intake._rate._monotonic = lambda: 0.0"


@pytest.fixture(scope="module")
def answers(ask: Ask) -> Answers:
    return ask(REQUESTS, change=STOPPED_CLOCK, **HERE, **RATE)


PICTURES = ["recorded", "key to be quoted", "gpc", "dnt"]


@pytest.mark.parametrize("name", PICTURES)
def test_the_answer_is_a_picture_that_nobody_keeps(name: str, answers: Answers) -> None:
    answer = answers.of[name]
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/gif")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.body.startswith(b"GIF89a\x01\x00\x01\x00")


def test_a_head_has_the_headers_and_records_nothing(answers: Answers) -> None:
    head = answers.of["asked for its head"]
    assert (head.status, head.headers["Content-Type"], head.body) == (200, "image/gif", b"")


def test_only_what_may_be_recorded_is(answers: Answers) -> None:
    assert [one["ACCESS_KEY"] for one in answers.kept] == [KEY, OTHER]
    assert {one["data"]["metadata"]["url"] for one in answers.kept} == {PAGE}


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("no Referer", 400, 'referrerpolicy="no-referrer-when-downgrade"'),
        ("no address", 400, "about:blank"),
        ("other origin", 401, "[web] allowed_origins"),
        ("origin in the user", 401, "[web] allowed_origins"),
        ("no key", 400, "?key=WRITE_KEY"),
        ("wrong key", 401, "the key in the address is not a write key"),
        ("over the rate", 429, "[limits] beacons_per_second"),
    ],
)
def test_a_refusal_says_why_and_nobody_keeps_it(
    name: str, status: int, reason: str, answers: Answers
) -> None:
    answer = answers.of[name]
    assert answer.status == status
    refused = json.loads(answer.body)
    assert refused["success"] is False
    assert reason in refused["error"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_over_the_rate_it_says_when_to_come_again(answers: Answers) -> None:
    assert int(answers.of["over the rate"].headers["Retry-After"]) >= 1


def test_it_is_no_place_to_post_to(answers: Answers) -> None:
    assert answers.of["posted"].status == 405


@pytest.mark.parametrize("reason", ["gpc", "dnt"])
def test_what_records_nothing_is_counted(reason: str, answers: Answers) -> None:
    assert f'chronos_pixels_ignored_total{{reason="{reason}"}} 1.0' in answers.metrics


def test_beacons_are_counted_by_their_answer(answers: Answers) -> None:
    for status, count in {"200": 2, "400": 3, "401": 3, "429": 1}.items():
        assert f'chronos_beacons_total{{status="{status}"}} {count}.0' in answers.metrics


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"CHRONOS_TRACKER_CONSENT": "required"}, "consent"),
        ({"CHRONOS_TRACKER_EVENTS": '{"pageviews": false}'}, "switched_off"),
    ],
    ids=["consent", "switched off"],
)
def test_where_it_may_not_record_it_is_still_a_picture(
    settings: dict[str, str], reason: str, ask: Ask
) -> None:
    found = ask({"asked": Asked(ADDRESS, FROM)}, **HERE, **settings)
    assert (found.of["asked"].status, found.kept) == (200, [])
    assert f'chronos_pixels_ignored_total{{reason="{reason}"}} 1.0' in found.metrics


def test_while_the_worker_starts_it_says_so_and_when_to_come_again(ask: Ask) -> None:
    found = ask({"asked": Asked(ADDRESS, FROM)}, change="acceptance.delivery.started = False", **HERE)
    answer = found.of["asked"]
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert "starting" in answer.text
