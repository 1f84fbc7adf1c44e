"""A visit to the demo page, and each row that it left."""

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

import pytest

from browser.conftest import NewVisitor
from browser.rows import OWN_COLUMNS, Row
from browser.visit import MASKED, SECRET, Visit, make_visit
from browser.worker import Worker

COUNTED = ["pageviews", "clicks", "link_clicks", "key_presses", "form_submissions"]
BY_ITSELF = {"sessions", "scroll_depths", "visible_times", "web_vitals"}
NEVER = [type for type in OWN_COLUMNS if type not in {*COUNTED, *BY_ITSELF, "mouse_moves"}]
CLOCK_SLACK_MS = 5  # browser and test round the same clock, each in its own way


@dataclass
class Stored:
    """A visit, and the rows of it by type."""

    visit: Visit
    rows: dict[str, list[Row]]

    def all_rows(self) -> list[Row]:
        return [row for rows in self.rows.values() for row in rows]


@pytest.fixture(scope="module")
async def stored(new_visitor: NewVisitor) -> Stored:
    visit = await make_visit(await new_visitor())
    # The last click is the last event of the last beacon.
    await visit.visitor.until_rows("clicks", len(visit.of_type("clicks")))
    return Stored(visit, {type: await visit.visitor.rows(type) for type in OWN_COLUMNS})


@pytest.mark.parametrize("type", COUNTED)
def test_rows_are_what_was_done_one_to_one(stored: Stored, type: str):
    done = [(one.values, one.url) for one in stored.visit.of_type(type)]
    assert [(row.values, row.url) for row in stored.rows[type]] == done


@pytest.mark.parametrize("type", NEVER)
def test_what_was_not_done_is_no_row(stored: Stored, type: str):
    assert stored.rows[type] == []


def test_the_visit_is_one_session(stored: Stored):
    [session] = stored.rows["sessions"]
    assert {row.metadata["session"] for row in stored.all_rows()} == set(session.values)


@pytest.mark.parametrize("type", COUNTED)
def test_client_time_is_when_it_was_done(stored: Stored, type: str):
    for row, done in zip(stored.rows[type], stored.visit.of_type(type), strict=True):
        assert done.began - CLOCK_SLACK_MS <= row.client_time <= done.ended + CLOCK_SLACK_MS, done


def test_arrival_is_not_before_the_event(stored: Stored):
    assert all(row.client_time <= row.time for row in stored.all_rows())


def test_event_time_of_a_browser_whose_clock_is_right_is_the_client_time(stored: Stored):
    assert all(row.event_time == row.client_time for row in stored.all_rows())


async def test_metadata_describes_page_and_visitor(stored: Stored):
    visitor = stored.visit.visitor
    pages = {f"{visitor.worker.url}/demo{rest}" for rest in ("", "#h-form", "#h-mouse", "?visit=again#top")}
    page = await visitor.open()
    expected = {
        "userAgent": await page.evaluate("navigator.userAgent"),
        "pageTitle": "Chronos demo",
        "cookieAllowed": True,
        "language": "en-GB",
        "screen": await page.evaluate("`${screen.width}x${screen.height}`"),
        "viewport": await page.evaluate("`${innerWidth}x${innerHeight}`"),
        "timezone": await page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone"),
        "uuid": visitor.uuid,
        "user": "",
    }
    referrers = {row.url: row.values[2] for row in stored.rows["pageviews"]}
    found = [row.metadata for row in stored.all_rows()]
    assert {one["url"] for one in found} == pages
    for one in found:
        own = {"url": one["url"], "referrer": referrers[one["url"]]}
        ids = {"session": UUID(one["session"]), "tab": UUID(one["tab"])}
        assert {**one, **ids} == expected | own | ids
    assert len({one["tab"] for one in found}) == 1


def test_mouse_moves_follow_the_way_of_the_mouse(stored: Stored):
    places = [place for place, _ in groupby(row.values for row in stored.rows["mouse_moves"])]
    way = iter(stored.visit.path)
    assert all(place in way for place in places), (places, stored.visit.path)


def test_place_where_the_mouse_rests_is_stored(stored: Stored):
    line = stored.visit.path[-42:-2]
    places = [row.values for row in stored.rows["mouse_moves"]]
    assert line[-1] in places
    assert len(set(places) & set(line)) >= 3


def test_mouse_is_sampled_ten_times_a_second_at_most(stored: Stored):
    times = [row.client_time for row in stored.rows["mouse_moves"] if "visit=again" not in row.url]
    # A sample is the latest place: two may be close, three are not.
    assert all(third - first >= 99 for first, third in zip(times, times[2:], strict=False))


def test_keys_in_fields_are_counted_and_not_named(stored: Stored):
    keys = [row.values[0] for row in stored.rows["key_presses"]]
    assert keys == [MASKED] * 9 + ["k", "Enter", "Escape", "ArrowLeft", "Ω", "x"]


async def test_password_is_in_no_table_and_was_never_sent(stored: Stored, worker: Worker):
    everything = await worker.everything_stored()
    sent = b"\n".join(await worker.everything_sent()).decode()
    for text in (everything, sent):
        assert stored.visit.visitor.uuid in text
        assert SECRET not in text
        assert "password" not in text.lower()


async def test_ignored_elements_are_in_no_table(stored: Stored, worker: Worker):
    everything = await worker.everything_stored()
    assert "press-nested" in everything
    assert "press-ignored" not in everything
    assert "aside" not in everything


async def test_nothing_became_a_dead_letter(stored: Stored, worker: Worker):
    assert await worker.query("select * from dead_letters") == []


def test_browser_had_nothing_to_complain_of(stored: Stored):
    assert stored.visit.visitor.complaints == []
