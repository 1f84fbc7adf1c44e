"""What becomes of a beacon's body before Kafka."""

from uuid import UUID

import pytest
from beacons import CLICK, KEY, NOW_US, body, config

from chronos.errors import BadRequest, OverRate, Unauthorised
from chronos.web.access import Access
from chronos.web.intake import Intake
from chronos.web.rate import RateLimit

FRESH = UUID("11111111-1111-4111-8111-111111111111")
GIVEN = UUID("22222222-2222-4222-8222-222222222222")


def intake(per_second: int = 0) -> Intake:
    access = Access(config({"key": KEY, "name": "café"}))
    rate = RateLimit(per_second, monotonic=lambda: 0.0)
    return Intake("events", access, rate, clock=lambda: NOW_US, new_id=lambda: FRESH)


def test_the_body_goes_on_as_it_came() -> None:
    text = b" " + body(CLICK, '["unknown"]', "NaN") + b"\n"
    message = intake().message(text)
    assert (message.topic, message.value) == ("events", text)


def test_the_headers_say_who_when_and_for_whom() -> None:
    headers = dict(intake().message(body(CLICK)).headers)
    assert headers == {"id": FRESH.bytes, "time": b"%d" % NOW_US, "project": "café".encode()}


def test_the_id_that_the_client_gave_is_kept() -> None:
    headers = dict(intake().message(body(CLICK, more=f',"id":"{GIVEN}"')).headers)
    assert headers["id"] == GIVEN.bytes


def test_each_beacon_without_an_id_gets_one_of_its_own() -> None:
    access = Access(config({"key": KEY}))
    real = Intake("events", access, RateLimit(0))
    first, second = (dict(real.message(body(CLICK)).headers)["id"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("uuid", "key"),
    [
        pytest.param('"someone"', b"someone", id="a text"),
        pytest.param('"\u00e9"', "é".encode(), id="any text"),
        pytest.param('"\\ud800"', b"?", id="a lone surrogate"),
        pytest.param('"' + "x" * 5000 + '"', b"x" * 200, id="a long text, in part"),
        pytest.param('""', None, id="empty"),
        pytest.param("null", None, id="null"),
        pytest.param("7", None, id="a number"),
        pytest.param('{"a":1}', None, id="an object"),
    ],
)
def test_the_key_is_the_visitor(uuid: str, key: bytes | None) -> None:
    assert intake().message(body(CLICK, metadata=f'{{"uuid":{uuid}}}')).key == key


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(b"", "not a beacon: not JSON", id="nothing"),
        pytest.param(b"{}", "not a beacon: Object missing required field `ACCESS_KEY`", id="no key"),
        pytest.param(body(metadata="1"), "not a beacon: Expected `object`", id="no metadata"),
    ],
)
def test_what_is_no_beacon_is_refused_with_the_reason(text: bytes, reason: str) -> None:
    with pytest.raises(BadRequest) as refused:
        intake().message(text)
    assert refused.value.status == 400
    assert str(refused.value).startswith(reason)


@pytest.mark.parametrize("key", ['"wrong"', '""'], ids=["wrong", "empty"])
def test_a_wrong_key_is_refused(key: str) -> None:
    with pytest.raises(Unauthorised):
        intake().message(body(CLICK, key=key))


def test_what_is_not_quite_json_is_read_only_with_a_key() -> None:
    assert intake().message(body('["clicks", NaN]')).topic
    with pytest.raises(BadRequest, match="not JSON"):
        intake().message(body('["clicks", NaN]', key='"wrong"'))


def test_what_is_over_the_rate_is_refused_until_later() -> None:
    limited = intake(per_second=2)
    limited.message(body(CLICK))
    limited.message(body(CLICK))
    with pytest.raises(OverRate, match=r"\[limits\] beacons_per_second") as refused:
        limited.message(body(CLICK))
    assert (refused.value.status, refused.value.retry_after) == (429, 0.5)


def test_what_is_refused_takes_nothing_of_the_rate() -> None:
    limited = intake(per_second=1)
    for wrong in (b"{}", body(CLICK, key='"wrong"')):
        with pytest.raises((BadRequest, Unauthorised)):
            limited.message(wrong)
    assert limited.message(body(CLICK))
