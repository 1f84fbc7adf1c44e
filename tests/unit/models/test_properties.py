"""The properties of a custom event: any JSON object comes back as it was sent, up to a depth."""

import json
from typing import Any

from beacons import CLICK, ID, NOW, body
from copies import stored
from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from chronos.event_time import EventClock
from chronos.models.beacon import Beacon
from chronos.models.decoder import Decoder
from chronos.models.structs import DEEPEST
from chronos.sinks.timescaledb.rows import rows_of

LENGTH = 20
DECODER = Decoder(LENGTH)
CLOCK = EventClock(tolerance_ms=30_000, max_age_ms=30 * 86_400_000)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=LENGTH)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


def deep(levels: int, value: Any) -> Any:
    """The value inside of so many lists and objects."""
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return value


def depth(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


@settings(deadline=None)
@given(st.dictionaries(texts, st.builds(deep, st.integers(0, DEEPEST), values), max_size=4), st.booleans())
def test_come_back_as_they_were_sent_or_are_too_deep(properties: dict[str, Any], escaped: bool) -> None:
    text = json.dumps(["custom_events", "order", properties, 5], ensure_ascii=escaped)
    decoded = DECODER.decode(body(CLICK, text))
    rows = stored(rows_of([Beacon(0, 0, ID, NOW, "shop", decoded)], CLOCK))
    assert len(rows["clicks"]) == 1
    if depth(properties) <= DEEPEST:
        note("fits")
        assert [row["properties"] for row in rows["custom_events"]] == [properties]
        assert decoded.bad == []
    else:
        note("too deep")
        [bad] = decoded.bad
        assert (bad.index, bad.raw) == (1, text.encode())
        assert bad.reason == f"custom_events.properties is nested deeper than {DEEPEST}"
