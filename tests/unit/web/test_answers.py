"""The answers of the wire format, and what browsers want to be told."""

import json

import pytest
from aiohttp.web import Response

from chronos.web import answers

ORIGIN = "https://shop.example"


def cors(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("Access-Control-")}


def content(response: Response) -> object:
    assert response.content_type == "application/json"
    assert isinstance(response.body, bytes)
    return json.loads(response.body)


def test_success() -> None:
    answer = answers.success(ORIGIN)
    assert (answer.status, content(answer)) == (200, {"success": True})


@pytest.mark.parametrize("reason", ['a "quoted" reason', "naïve", "\ud800", ""], ids=ascii)
def test_a_refusal_says_why(reason: str) -> None:
    answer = answers.refusal(413, reason, ORIGIN)
    assert (answer.status, content(answer)) == (413, {"success": False, "error": reason})


@pytest.mark.parametrize(
    ("retry_after", "header"),
    [(None, None), (0.01, "1"), (1.0, "1"), (1.2, "2"), (5.0, "5"), (0.0, "1")],
)
def test_when_to_come_again_is_in_whole_seconds(retry_after: float | None, header: str | None) -> None:
    assert answers.refusal(503, "away", None, retry_after).headers.get("Retry-After") == header


@pytest.mark.parametrize(
    "answer",
    [answers.success, lambda origin: answers.refusal(400, "x", origin), answers.preflight],
    ids=["success", "refusal", "preflight"],
)
def test_every_answer_lets_the_allowed_page_read_it_and_is_cached_for_that_page_only(answer: object) -> None:
    assert callable(answer)
    allowed = answer(ORIGIN)
    assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert allowed.headers["Access-Control-Allow-Credentials"] == "true"
    assert allowed.headers["Access-Control-Expose-Headers"] == "Retry-After"
    assert cors(answer(None)) == {}
    assert answer(ORIGIN).headers["Vary"] == answer(None).headers["Vary"] == "Origin"


def test_a_preflight_allows_posts_of_any_content_type() -> None:
    answer = answers.preflight(ORIGIN)
    assert (answer.status, answer.body) == (204, None)
    assert answer.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert int(answer.headers["Access-Control-Max-Age"]) > 0
