"""Made up traffic: whole, plausible, and the same for the same seed."""

import json
import random
from collections import defaultdict
from itertools import islice, pairwise
from typing import Any

import pytest

from chronos.demo import shop, wire
from chronos.demo.batches import FLUSH_SECONDS, batches
from chronos.demo.traffic import LONGEST_DELAY, ONCE, Mix, Sending, traffic
from chronos.demo.visitors import CLOCKS, visitors
from chronos.demo.visits import visit
from chronos.models.decoder import Decoder
from chronos.models.events import EVENT_TYPES

ORIGIN = "https://shop.example"
NOW = 1_800_000_000.0
ID = "6f1c2d3e-0000-4000-8000-000000000000"


def some(number: int, seed: int = 1, rate: float = 100, people: int = 40, **mix: float) -> list[Sending]:
    return list(islice(traffic(seed, ORIGIN, rate, people, Mix(**mix)), number))


def body(one: Sending, **more: Any) -> dict[str, Any]:
    about = {"key": "key", "mark": "seed 1", "beacon_id": ID, "closed": NOW, "sent": NOW, "delay": one.delay}
    return json.loads(wire.body(one.batch, **about | more))  # type: ignore[no-any-return]


def test_the_same_seed_makes_up_the_same(rng: random.Random) -> None:
    seed = rng.randrange(1000)
    first, again, other = (list(map(body, some(300, seed=one))) for one in (seed, seed, seed + 1))
    assert first == again
    assert first != other


def test_every_event_of_every_beacon_is_one_that_is_stored() -> None:
    decoder = Decoder(1000)
    for one in some(1000):
        decoded = decoder.decode(json.dumps(body(one)).encode())
        assert decoded.bad == []
        assert len(decoded.events) == one.batch.rows == wire.counted(one.batch).total()


def test_all_types_of_events_happen() -> None:
    found = {act.type for one in some(4_000, rate=500, people=100) for act in one.batch.acts}
    assert found == set(EVENT_TYPES)


def test_before_is_what_the_ones_before_it_held() -> None:
    for one, following in pairwise(some(1000)):
        assert following.before == one.before + one.batch.rows


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_shares_of_what_is_out_of_the_ordinary(share: float) -> None:
    found = some(1500, late=share, twice=share / 2, retried=share / 2)
    assert sum(one.delay > 0 for one in found) / 1500 == pytest.approx(share, abs=0.05)
    assert sum(one.fate != ONCE for one in found) / 1500 == pytest.approx(share, abs=0.05)
    assert all(one.delay <= LONGEST_DELAY for one in found)


def test_a_visit_is_in_order(rng: random.Random) -> None:
    people = visitors(rng, 30)
    for _ in range(40):
        made = visit(rng, rng.choice(people), ORIGIN)
        cut = list(batches(made))
        assert [act.type for act in cut[0].acts[:2]] == ["sessions", "pageviews"]
        assert [one.at for one in cut] == sorted(one.at for one in cut)
        times = [act.at for one in cut for act in one.acts]
        assert all(first <= second + 1e-6 for first, second in pairwise(times))
        for one in cut:
            assert one.at - one.acts[0].at < FLUSH_SECONDS + 1
        for page, following in pairwise(made.pages):
            assert following.referrer == page.url
            assert following.begin > page.end


def test_nothing_that_happened_is_left_out_of_the_beacons(rng: random.Random) -> None:
    for one in visitors(rng, 50):
        made = visit(rng, one, ORIGIN)
        cut = list(batches(made))
        assert sum(len(page.acts) for page in made.pages) == sum(
            act.type not in ("mouse_moves", "scroll_depths", "visible_times")
            for batch in cut
            for act in batch.acts
        )
        moved = sum(wire.counted(batch)["mouse_moves"] for batch in cut)
        assert moved == sum(len(page.mouse) for page in made.pages)


def test_links_that_are_followed_lead_to_the_next_page() -> None:
    by_visit: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for one in some(2500):
        session = one.batch.visit.session
        by_visit[session] += [(act.type, act.before) for act in one.batch.acts]
    followed = 0
    for acts in by_visit.values():
        for (kind, before), later in zip(acts, [acts[n:] for n in range(1, len(acts))], strict=False):
            if kind == "link_clicks" and before[1].startswith(ORIGIN) and not before[1].endswith(".pdf"):
                opened = next((act[0] for name, act in later if name == "pageviews"), None)
                assert opened in (None, before[1])
                followed += opened is not None
    assert followed > 100


def test_times_are_those_of_the_browser() -> None:
    skewed = next(one for one in traffic(1, ORIGIN, 100, 40, Mix()) if one.batch.visit.visitor.skew in CLOCKS)
    data = body(skewed, delay=600)["data"]
    assert data["sent_at"] == round((NOW + skewed.batch.visit.visitor.skew) * 1000)
    newest = max(_time(event) for event in data["events"])
    assert newest == pytest.approx(data["sent_at"] - 600_000, abs=10)


def test_nothing_happened_before_the_beacon_before_it() -> None:
    one = next(one for one in some(100) if one.batch.at - one.batch.acts[0].at > 2)
    data = body(one, not_before=NOW - 1)["data"]
    times = [*map(_time, data["events"])]
    assert min(times) >= data["sent_at"] - 1001
    assert times == sorted(times)
    for event in data["events"]:
        if event[0] == "mouse_moves":
            assert _time(event) + sum(event[-1][2::3]) <= data["sent_at"] + 1  # by rounding


def test_what_was_made_up_says_so() -> None:
    [one] = some(1)
    data = body(one)["data"]
    assert data["metadata"]["demo"] == "seed 1"
    assert data["metadata"]["url"].startswith(ORIGIN)
    assert (data["id"], data["v"]) == (ID, 2)


def test_campaigns_are_told_as_the_tracker_does() -> None:
    found = [body(one)["data"]["metadata"] for one in some(1000)]
    told = [one for one in found if "utm_source=" in one["url"]]
    assert told
    assert all(f"utm_campaign={one['utm_campaign']}" in one["url"] for one in told)
    assert len({one["uuid"] for one in found}) > 20


def test_every_link_of_the_shop_leads_somewhere() -> None:
    for page in shop.PAGES.values():
        for link in page.links:
            assert link.target in shop.PAGES or link.outbound or link.download


def _time(event: list[Any]) -> float:
    place = list(EVENT_TYPES[event[0]].wire_fields()).index("client_time")
    return float(event[place + 1])
