"""Shards: bundles are added once, what is read back is the same, and the newer of two panes stays."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import rocksdict
from hypothesis import given
from hypothesis import strategies as st

from chronos.windows import keys, panes, progress
from chronos.windows.answers import part
from chronos.windows.applying import Kept, apply
from chronos.windows.bundles import COUNT, TOO_LATE, Bundle, PaneDelta
from chronos.windows.keys import PROGRESS, PaneKey
from chronos.windows.local import InMemory, InRocksDB, Local
from chronos.windows.panes import Pane
from chronos.windows.progress import Progress
from chronos.windows.question import Question
from chronos.windows.shard import Shard, views_of
from chronos.windows.slots import Grid

SLOT = 177_236_640
NOW_US = SLOT * 10_000_000
FOREVER = Kept(retention=10**9, lateness=10**9)
FAUSTS = b"__faust\0offset__"


def rocksdb(folder: Path) -> InRocksDB:
    db = rocksdict.Rdict(str(folder), rocksdict.Options(raw_mode=True))
    return InRocksDB(db, FAUSTS, lambda: db)


@pytest.fixture(params=["memory", "rocksdb"])
def local(request: Any, tmp_path: Path) -> Local:
    return InMemory() if request.param == "memory" else rocksdb(tmp_path / "db")


def bundle(first: int, *counts: dict[str, int], source: int = 0, slot: int = SLOT, bucket: int = 3) -> Bundle:
    rows: dict[str, list[int]] = {}
    for number, one in enumerate(counts):
        for key, events in one.items():
            rows.setdefault(key, []).extend((number, events, 0))
    last = first + len(counts) - 1
    delta = PaneDelta("keys", bucket, slot, COUNT, rows)
    return Bundle(source, first, last, slot * 10_000_000, slot * 10_000_000, [delta])


def put(shard: Shard, *bundles: Bundle, kept: Kept = FOREVER, now_us: int = NOW_US) -> Any:
    applied = apply(shard, bundles, kept, now_us)
    shard.write(applied.update, applied.update.values())
    return applied


def counts(shard: Shard, first: int = SLOT, end: int = SLOT + 1) -> dict[str, int]:
    answer = part(views_of({0: shard}, "keys"), Question("keys", Grid(first, end, end - first, end - first)))
    return {key: events for key, (_, events) in answer.counts.items()}


async def ready(local: Local) -> Shard:
    shard = Shard(local)
    shard.is_current = True
    await shard.load()
    return shard


async def test_what_is_added_is_answered_and_read_back_as_the_same(local: Local) -> None:
    shard = await ready(local)
    put(shard, bundle(0, {"a": 1}, {"a": 2, "b": 1}), bundle(0, {"b": 5}, source=1))
    put(shard, bundle(2, {"c": 1}))
    assert counts(shard) == {"a": 3, "b": 6, "c": 1}
    again = await ready(local)
    assert counts(again) == counts(shard)
    assert again.progress == shard.progress
    assert again.watermark_us == NOW_US


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(1, 5)), max_size=30))
def test_whatever_is_sent_again_counts_once(sent: list[tuple[int, int, int]]) -> None:
    shard = Shard(InMemory())
    shard.is_current = shard.is_loaded = True
    beacons = [{"a": 1}, {"b": 2}, {"a": 3, "c": 1}, {}, {"a": 1}] * 3
    done = dict.fromkeys(range(3), 0)
    for source, back, length in [*sent, *((source, 99, 15) for source in range(3))]:
        first = max(0, done[source] - back)
        some = beacons[first : first + length]
        if some:
            put(shard, bundle(first, *some, source=source))
            done[source] = max(done[source], first + len(some))
    right = {"a": 15, "b": 6, "c": 3}
    for source, end in done.items():
        if end < len(beacons):
            put(shard, bundle(end, *beacons[end:], source=source))
    assert counts(shard) == {key: 3 * events for key, events in right.items()}


async def test_a_pane_is_written_again_when_nothing_is_new_since_the_changelog_may_lack_it(
    local: Local,
) -> None:
    shard = await ready(local)
    put(shard, bundle(0, {"a": 1}))
    applied = put(shard, bundle(0, {"a": 1}))
    assert applied.events == 0
    assert [key for key, _ in applied.update.values()] == [keys.encode(PaneKey(SLOT, 3, "keys")), PROGRESS]


async def test_of_the_changelog_the_pane_that_holds_more_stays_whichever_comes_last(local: Local) -> None:
    key = keys.encode(PaneKey(SLOT, 3, "keys"))
    older, newer = Pane({0: 5}, {"a": 5}), Pane({0: 9, 1: 2}, {"a": 11})
    shard = Shard(local)
    for pane in (older, newer, older):
        shard.restore([(key, panes.encode(pane))])
    await shard.load()
    assert shard.pane(PaneKey(SLOT, 3, "keys")) == newer


async def test_what_another_worker_has_written_meanwhile_is_loaded(local: Local) -> None:
    ours, theirs = await ready(local), await ready(InMemory())
    for shard in (ours, theirs):
        put(shard, bundle(0, {"a": 1}))
    for key, value in theirs.local.items():
        ours.restore([(key, value)])
    assert ours.ready, "we had it all"
    put(theirs, bundle(1, {"a": 2, "b": 1}))
    for key, value in theirs.local.items():
        ours.restore([(key, value)])
    assert not ours.ready
    await ours.load()
    assert counts(ours) == {"a": 3, "b": 1}
    assert ours.progress == theirs.progress


async def test_a_pane_that_something_older_stands_behind_in_the_changelog_is_written_to_it_again(
    local: Local,
) -> None:
    key = PaneKey(SLOT, 3, "keys")
    older, newer = Pane({0: 5}, {"a": 5}), Pane({0: 9}, {"a": 11})
    shard = Shard(local)
    shard.is_current = True
    for pane in (older, newer, older, newer):
        shard.restore([(keys.encode(key), panes.encode(pane))])
    await shard.load()
    assert shard.behind == set()
    shard.restore([(keys.encode(key), panes.encode(older))])
    assert shard.ready
    applied = put(shard, bundle(0, {"b": 1}, bucket=4))
    assert applied.update.panes[key] == newer
    assert shard.behind == set()


@pytest.mark.parametrize(
    ("held", "written", "then"),
    [
        pytest.param(7, [8, 9, 10], 10, id="the next ones"),
        pytest.param(7, [10, 8, 9], 10, id="in any order"),
        pytest.param(7, [9, 10], None, id="behind what another has written"),
        pytest.param(7, [8, 10], None, id="with what another has written in between"),
        pytest.param(-1, [0, 1], 1, id="the first ones of all"),
        pytest.param(-1, [5, 6], None, id="behind what was never read"),
    ],
)
def test_of_what_another_has_written_nothing_is_taken_as_read(
    held: int, written: list[int], then: int | None
) -> None:
    shard = Shard(InMemory(), held)
    assert shard.wrote(written) == then
    assert shard.held == (held if then is None else then)


async def test_what_is_restored_while_it_loads_is_read_too(local: Local) -> None:
    shard = Shard(local)
    shard.is_current = True
    shard.restore([(keys.encode(PaneKey(SLOT, 3, "keys")), panes.encode(Pane({0: 1}, {"a": 1})))])
    loading = [asyncio.create_task(shard.load()) for _ in range(2)]
    await asyncio.sleep(0)
    shard.restore([(keys.encode(PaneKey(SLOT, 4, "keys")), panes.encode(Pane({0: 1}, {"b": 1})))])
    await asyncio.gather(*loading)
    assert counts(shard) == {"a": 1, "b": 1}


async def test_what_cannot_be_read_is_left_out_and_the_rest_is_there(local: Local, caplog: Any) -> None:
    shard = Shard(local)
    shard.is_current = True
    shard.restore([(keys.encode(PaneKey(SLOT, 3, "keys")), panes.encode(Pane({0: 1}, {"a": 1})))])
    shard.restore([(keys.encode(PaneKey(SLOT, 4, "keys")), b"rubbish")])
    shard.restore([(keys.encode(PaneKey(SLOT, 4, "keys")), b"more")])
    shard.restore([(b"x", b"y")])
    shard.restore([(keys.encode(PaneKey(SLOT, 5, "keys")), None)])
    await shard.load()
    assert counts(shard) == {"a": 1}
    assert "cannot be read" in caplog.text


async def test_old_slots_are_forgotten_from_where_they_are_kept_too(local: Local) -> None:
    shard = await ready(local)
    put(shard, bundle(0, {"old": 1}, slot=SLOT - 5000), bundle(1, {"new": 1}))
    shard.forget(SLOT - 4000)
    assert counts(shard, SLOT - 6000, SLOT + 1) == {"new": 1}
    again = await ready(local)
    assert counts(again, SLOT - 6000, SLOT + 1) == {"new": 1}
    assert again.progress.watermark_us == NOW_US


async def test_a_slot_that_is_not_kept_any_more_is_not_begun_again(local: Local) -> None:
    shard = await ready(local)
    kept = Kept(retention=100, lateness=50)
    put(shard, bundle(0, {"a": 1}), kept=kept)
    applied = put(
        shard, bundle(1, {"b": 2}, slot=SLOT - 101), bundle(2, {"c": 1}, slot=SLOT - 100), kept=kept
    )
    assert (applied.events, applied.expired) == (1, 2)
    assert counts(shard, SLOT - 200, SLOT + 1) == {"a": 1, "c": 1}


async def test_a_slot_that_changes_after_it_was_final_is_revised(local: Local) -> None:
    shard = await ready(local)
    kept = Kept(retention=100, lateness=50)
    put(shard, bundle(0, {"a": 1}), kept=kept)
    put(shard, bundle(1, {"b": 1}, slot=SLOT - 51), bundle(2, {"b": 1}, slot=SLOT - 50), kept=kept)
    for found in (shard, await ready(local)):
        assert found.views["keys"].revised == {SLOT - 51}


async def test_a_clock_that_is_ahead_expires_nothing(local: Local) -> None:
    shard = await ready(local)
    kept = Kept(retention=100, lateness=50)
    put(shard, bundle(0, {"a": 1}), kept=kept)
    put(shard, bundle(1, {"b": 1}, slot=SLOT + 10**6), kept=kept)
    assert shard.watermark_us == NOW_US


async def test_what_came_too_late_is_counted_beside(local: Local) -> None:
    shard = await ready(local)
    put(shard, bundle(0, {"": 3}, bucket=TOO_LATE))
    for found in (shard, await ready(local)):
        assert counts(found) == {}
        assert found.views["keys"].too_late == {SLOT: 3}


def test_keys_are_in_the_order_of_their_slots() -> None:
    some = [
        PaneKey(slot, bucket, view) for slot in (0, 5, 2**40) for bucket in (0, 255) for view in ("a", "ü~1")
    ]
    assert [keys.decode(keys.encode(key)) for key in some] == some
    assert sorted(map(keys.encode, some)) == list(map(keys.encode, some))
    assert keys.encode(some[-1]) < PROGRESS


async def test_what_is_read_twice_at_once_counts_once(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chronos.windows.shard.LOADED_AT_ONCE", 1)
    put(await ready(local), *(bundle(number, {"a": 1}, bucket=number) for number in range(5)))
    shard = Shard(local)
    shard.is_current = True
    first = asyncio.create_task(shard.load())
    await asyncio.sleep(0)
    await asyncio.gather(first, shard.load())
    assert counts(shard) == {"a": 5}


def test_of_how_far_it_has_come_the_later_stays() -> None:
    shard, told = Shard(InMemory()), [Progress(watermark_us=us) for us in (5, 9, 7)]
    for one in told:
        shard.restore([(PROGRESS, progress.encode(one))])
    assert shard.local.get(PROGRESS) == progress.encode(told[1])


async def test_a_pane_that_is_damaged_is_begun_anew(local: Local, caplog: Any) -> None:
    shard = await ready(local)
    local.put([(keys.encode(PaneKey(SLOT, 3, "keys")), b"rubbish")])
    put(shard, bundle(0, {"a": 1}))
    assert counts(shard) == {"a": 1}
    assert "is begun anew" in caplog.text


async def test_what_cannot_be_read_gives_way_to_what_can(local: Local) -> None:
    key = PaneKey(SLOT, 3, "keys")
    shard = Shard(local)
    local.put([(keys.encode(key), b"rubbish"), (PROGRESS, b"rubbish")])
    shard.restore([(keys.encode(key), panes.encode(Pane({0: 1}, {"a": 1})))])
    assert shard.pane(key) == Pane({0: 1}, {"a": 1})


async def test_a_count_beyond_all_counts_is_left_out(local: Local) -> None:
    shard = Shard(local)
    shard.is_current = True
    shard.restore([(keys.encode(PaneKey(SLOT, 3, "keys")), panes.encode(Pane({0: 1}, {"a": 2**63})))])
    shard.restore([(keys.encode(PaneKey(SLOT, 4, "keys")), panes.encode(Pane({0: 1}, {"b": 1})))])
    await shard.load()
    assert counts(shard) == {"b": 1}


async def test_all_is_written_again_where_the_changelog_was_made_anew(local: Local) -> None:
    shard = await ready(local)
    put(shard, bundle(0, {"a": 1}), bundle(1, {"b": 1}, bucket=5))
    shard.begin_anew()
    applied = put(shard, bundle(2, {"c": 1}, bucket=9))
    assert {key.bucket for key in applied.update.panes} == {3, 5, 9}
