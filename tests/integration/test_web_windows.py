"""`GET /api/windows` and `GET /api/windows/VIEW` of a real worker, on events whose moments are known."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from known import BASE, DAY, HOUR, OWN, YESTERDAY, Known, at, fill, iso, shape
from windows import answered
from worker import Deploy

VIEWS = [
    *["event_types", "pageview_urls", "pageview_titles", "link_texts", "click_nodes", "keys"],
    *["referrers", "custom_events", "visitors", "looked_at"],
]
TEN = [{"/a": 3}, {"/b": 1}, {}, {"/a": 1}, {}, {"/c": 1}]


@pytest.fixture(scope="module")
async def known(deploy: Deploy) -> AsyncIterator[Known]:
    """A worker that has counted the events, and has a view of its own."""
    async with deploy(windows={"looked_at": OWN}) as deployment:
        made = Known(deployment, await deployment.start_worker())
        made.before = {"": await overview(made), **{v: await answered(made.worker, v) for v in VIEWS}}
        await fill(made)
        yield made


async def overview(known: Known) -> dict[str, Any]:
    status, answer = await ask(known, "")
    assert status == 200
    return answer


async def ask(known: Known, path: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
    async with known.worker.http.get(f"{known.worker.url}/api/windows{path}", params=parameters) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status, await answer.json()


async def test_before_anything_came_all_is_empty_and_no_time_is_known(known: Known) -> None:
    said = known.before[""]
    assert (said["watermark"], said["partitions"], said["complete"]) == (None, [], True)
    assert [(view["name"], view["too_late"]) for view in said["views"]] == [(name, 0) for name in VIEWS]
    for name in VIEWS:
        answer = known.before[name]
        assert (answer["watermark"], answer["complete"], answer["too_late"]) == (None, True, 0)
        assert [(one["total"], one["counts"], one["status"]) for one in answer["windows"]] == [
            (0, {}, "open")
        ] * 60


async def test_views_are_listed_with_what_they_count(known: Known) -> None:
    said = await overview(known)
    assert (said["slot"], said["retention"], said["lateness"]) == (10, 48 * HOUR, 24 * HOUR)
    assert (said["complete"], said["missing_partitions"]) == (True, [])
    views = {view["name"]: view for view in said["views"]}
    assert list(views) == VIEWS
    own = views["looked_at"]
    assert own == {"name": "looked_at", **OWN, "kind": "count", "since": own["since"], "too_late": 0}
    # Nothing had been stored before the worker began.
    assert {view["since"] for view in views.values()} == {"1970-01-01T00:00:00Z"}
    assert [view["kind"] for view in views.values()] == [
        "distinct" if name == "visitors" else "count" for name in VIEWS
    ]


async def test_what_came_too_late_is_told_by_view_and_by_its_arrival(known: Known) -> None:
    views = {view["name"]: view["too_late"] for view in (await overview(known))["views"]}
    too_late = {name for name, number in views.items() if number}
    assert too_late == {"event_types", "pageview_urls", "pageview_titles", "visitors"}
    assert {views[name] for name in too_late} == {1}
    arrived = {"from": int(known.sent) - 60, "to": int(known.sent) + 60}
    assert (await answered(known.worker, "pageview_urls", **arrived))["too_late"] == 1
    assert (await answered(known.worker, "pageview_urls", **at(600)))["too_late"] == 0
    when_it_happened = {"from": int(known.sent) - 26 * HOUR, "to": int(known.sent)}
    of_its_key = await answered(known.worker, "pageview_urls", **when_it_happened, key="/too-late")
    assert [window["total"] for window in of_its_key["windows"] if window["total"]] == []
    for key in ("/too-late", "/a", "/none"):
        answer = await answered(known.worker, "pageview_urls", **arrived, key=key)
        assert answer["too_late"] == 1, "of the whole view, wherever the key is"


async def test_partitions_tell_how_far_event_time_has_come_and_idle_ones_hold_nothing_back(
    known: Known,
) -> None:
    said = await overview(known)
    moments = {one["partition"]: datetime.fromisoformat(one["watermark"]) for one in said["partitions"]}
    assert min(moments.values()) < datetime.now(UTC) - timedelta(hours=5), "some had only events of BASE"
    assert any(one["idle"] for one in said["partitions"])
    assert datetime.fromisoformat(said["watermark"]).timestamp() >= known.sent - 1


@pytest.mark.parametrize(
    "zone", [UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=9))]
)
@pytest.mark.parametrize("blank", [False, True], ids=["+", "space"])
async def test_times_are_iso_8601_or_seconds(known: Known, zone: timezone, blank: bool) -> None:
    start, end = (datetime.fromtimestamp(BASE + s, zone).isoformat() for s in (0, 60))
    if blank:
        start, end = start.replace("+", " "), end.replace("+", " ")
    by_iso = await answered(known.worker, "pageview_urls", **{"from": start, "to": end, "step": "10s"})
    by_seconds = await answered(known.worker, "pageview_urls", **at(60), step=10)
    assert by_iso == by_seconds | {"watermark": by_iso["watermark"]}
    assert shape(by_iso["windows"]) == [(10 * n, 10 * n + 10, counts) for n, counts in enumerate(TEN)]
    assert (by_iso["from"], by_iso["to"], by_iso["step"], by_iso["slide"]) == (
        iso(BASE),
        iso(BASE + 60),
        10,
        10,
    )


async def test_a_time_within_a_slot_is_moved_to_its_edge(known: Known) -> None:
    within = {"from": f"{BASE + 9}.999", "to": f"{BASE + 50}.001", "step": 10}
    answer = await answered(known.worker, "pageview_urls", **within)
    assert (answer["from"], answer["to"]) == (iso(BASE), iso(BASE + 60))
    assert [counts for _, _, counts in shape(answer["windows"])] == TEN


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param({}, [(0, {"/a": 4, "/b": 1, "/c": 1}), (60, {"/b": 1}), (120, {"/a": 1})], id="default"),
        pytest.param({"step": "3m"}, [(0, {"/a": 5, "/b": 2, "/c": 1})], id="one"),
        pytest.param(
            {"step": "1m", "slide": 30},
            [
                (0, {"/a": 4, "/b": 1, "/c": 1}),
                (30, {"/a": 1, "/c": 1, "/b": 1}),
                (60, {"/b": 1}),
                (90, {"/a": 1}),
                (120, {"/a": 1}),
            ],
            id="hopping",
        ),
        pytest.param(
            {"step": 20, "slide": 60}, [(0, {"/a": 3, "/b": 1}), (60, {"/b": 1}), (120, {"/a": 1})], id="gaps"
        ),
        pytest.param({"step": 70}, [(0, {"/a": 4, "/b": 2, "/c": 1}), (70, {"/a": 1})], id="no part"),
        pytest.param({"step": "1h"}, [], id="longer than what is asked"),
    ],
)
async def test_windows_are_tumbling_hopping_or_with_gaps(
    known: Known, sizes: dict[str, Any], expected: list[tuple[int, dict[str, int]]]
) -> None:
    answer = await answered(known.worker, "pageview_urls", **at(180), **sizes)
    assert [(start, counts) for start, _, counts in shape(answer["windows"])] == expected
    assert all(window["late"] == window["total"] for window in answer["windows"]), "they came hours later"


async def test_the_largest_keys_are_those_of_the_whole_answer_and_the_rest_is_other(known: Known) -> None:
    one = await known.windows("pageview_urls", **at(180), top=1)
    assert [(window["counts"], window["other"]) for window in one] == [
        ({"/a": 4}, 2),
        ({}, 1),
        ({"/a": 1}, 0),
    ]
    two = await known.windows("pageview_urls", **at(180), top=2)
    assert [(window["counts"], window["other"]) for window in two] == [
        ({"/a": 4, "/b": 1}, 1),
        ({"/b": 1}, 0),
        ({"/a": 1}, 0),
    ]
    assert await known.windows("pageview_urls", **at(180), top=3) == await known.windows(
        "pageview_urls", **at(180)
    )


async def test_one_key_is_counted_alone(known: Known) -> None:
    windows = await known.windows("pageview_urls", **at(180), key="/b")
    assert [(window["total"], window["counts"], window["other"]) for window in windows] == [
        (1, {"/b": 1}, 0),
        (1, {"/b": 1}, 0),
        (0, {}, 0),
    ]
    assert {window["late"] for window in windows} == {None}, "which is counted for all keys together"
    assert await known.totals("pageview_urls", **at(180), key="/none") == [0, 0, 0]
    assert await known.totals("pageview_urls", **at(180), key="") == [0, 0, 0]


async def test_what_came_in_time_is_not_late(known: Known) -> None:
    asked = {"from": int(known.sent) - 60, "to": int(known.sent) + 60, "step": "2m"}
    [window] = await known.windows("pageview_urls", **asked, top=5)
    assert window["counts"] == {"/future": 1, "/now": 1}, "the future is when it came"
    assert (window["late"], window["status"]) == (0, "open")
    ahead = {"from": int(known.sent) + HOUR, "to": int(known.sent) + 4 * HOUR, "step": "3h"}
    assert await known.totals("event_types", **ahead) == [0]


async def test_the_time_of_a_clock_that_is_wrong_is_corrected(known: Known) -> None:
    windows = await known.windows("pageview_urls", **{"from": BASE + 240, "to": BASE + 300})
    assert shape(windows) == [(240, 300, {"/skewed": 1})]


async def test_a_window_is_open_then_final_then_revised(known: Known) -> None:
    windows = await known.windows("pageview_urls", **at(180, base=YESTERDAY))
    assert [(window["status"], window["counts"]) for window in windows] == [
        ("final", {"/yesterday": 1}),
        ("revised", {"/revised": 1}),
        ("final", {}),
    ]
    assert {window["status"] for window in await known.windows("pageview_urls", **at(600))} == {"open"}


async def test_distinct_visitors_are_those_of_each_window(known: Known) -> None:
    assert await known.totals("visitors", **at(180)) == [2, 1, 1]
    assert await known.totals("visitors", **at(180), step="3m") == [2]
    assert await known.totals("visitors", **at(360), step="6m") == [3]
    windows = await known.windows("visitors", **at(180))
    assert all((window["counts"], window["other"]) == ({}, 0) for window in windows)


@pytest.mark.parametrize(
    ("view", "counts"),
    [
        ("event_types", {"key_presses": 3, "link_clicks": 2, "clicks": 1, "custom_events": 1}),
        ("click_nodes", {"BUTTON#buy": 1}),
        ("keys", {"a": 2, "b": 1}),
        ("link_texts", {"Kaufen": 1}),
        ("custom_events", {"bought": 1}),
        ("pageview_urls", {}),
    ],
)
async def test_each_view_counts_its_events_by_its_key(
    known: Known, view: str, counts: dict[str, int]
) -> None:
    [window] = await known.windows(view, **{"from": BASE + 360, "to": BASE + 420})
    assert (window["total"], window["counts"]) == (sum(counts.values()), counts)
    assert list(window["counts"]) == list(counts), "the largest first"


async def test_a_view_of_ones_own_counts_what_its_filter_lets_through(known: Known) -> None:
    assert shape(await known.windows("looked_at", **at(360), step="5m", slide="5m")) == [(0, 300, {})]
    windows = await known.windows("looked_at", **{"from": BASE + 300, "to": BASE + 360})
    assert shape(windows) == [(300, 360, {"X": 2, "Y": 1})]


async def test_without_times_it_is_the_last_hour_by_the_minute(known: Known) -> None:
    answer = await answered(known.worker, "pageview_urls")
    assert (len(answer["windows"]), answer["step"], answer["slide"]) == (60, 60, 60)
    end = datetime.fromisoformat(answer["windows"][-1]["end"]).timestamp()
    assert time.time() - 5 < end <= time.time() + 60
    assert end % 60 == 0
    last = await answered(known.worker, "pageview_urls", step="1d", slide="1h", to=BASE)
    assert (len(last["windows"]), last["to"]) == (60, iso(BASE))
    assert last["from"] == iso(BASE - 59 * HOUR - DAY)
