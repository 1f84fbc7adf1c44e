"""`chronos export` as it is typed: every event once, as the views have it."""

import asyncio
import csv
import gzip
import io
import json
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from kept import store
from messages import NOW_MS, TOPIC, beacon, fetch, press
from visits import visits

from chronos.cli import export, main
from chronos.models.events import EVENT_TYPES

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
def run(database: str) -> Run:
    async def run(*arguments: str, code: int = 0) -> Result:
        environment = {"CHRONOS_TIMESCALEDB_URL": database, "CHRONOS_KAFKA_EVENTS_TOPIC": TOPIC}
        runner = CliRunner(env=environment)
        done = await asyncio.to_thread(lambda: runner.invoke(main, ["export", *arguments]))
        assert done.exit_code == code, (done.output, done.exception)
        return done

    return run


def unpacked(name: str) -> list[str]:
    return gzip.decompress(Path(name).read_bytes()).decode().splitlines()


def text_of(name: str) -> str:
    return Path(name).read_text()


def names() -> list[str]:
    return sorted(path.name for path in Path.cwd().iterdir())


async def test_every_event_is_exported_once_as_the_view_has_it(
    run: Run, database: str, rng: random.Random
) -> None:
    [batch] = visits(rng, batches=1, beacons=80)
    await store(database, batch)
    await run("--all", "--output", "all.jsonl.gz", "-q")
    lines = unpacked("all.jsonl.gz")
    found = [json.loads(line) for line in lines]
    for name in EVENT_TYPES:
        rows = await fetch(
            database, f"select to_jsonb(e)::text as line from {name} e order by event_time, id"
        )
        mine = [
            {key: value for key, value in one.items() if key != "event"}
            for one in found
            if one["event"] == name
        ]
        assert mine == [json.loads(row["line"]) for row in rows]
    assert names() == ["all.jsonl.gz"]


async def test_csv_has_the_columns_of_the_view(run: Run, database: str, rng: random.Random) -> None:
    [batch] = visits(rng, batches=1, beacons=80)
    await store(database, batch)
    done = await run("pageviews")
    rows = await fetch(database, "select *, metadata::text as text from pageviews order by event_time, id")
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(int(one["id"]), one["url"], one["title"]) for one in found] == [
        (row["id"], row["url"], row["title"]) for row in rows
    ]
    assert [json.loads(one["metadata"]) for one in found] == [json.loads(row["text"]) for row in rows]
    assert f"Wrote {len(rows)} events" in done.stderr


async def test_a_span_is_half_open(run: Run, database: str) -> None:
    base = NOW_MS - NOW_MS % 60_000 - 3_600_000
    await store(database, [beacon(0, *(press(str(n), base + n * 60_000) for n in range(5)))])
    span = "--from", str(base // 1000 + 60), "--to", str(base // 1000 + 180)
    lines = (await run("key_presses", "--format", "jsonl", *span)).stdout.splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["1", "2"]
    assert "Wrote 5 events" in (await run("key_presses", "--from", "2h")).stderr
    assert "Wrote 0 events" in (await run("key_presses", "--from", "1m")).stderr


async def test_all_types_are_as_they_were_at_one_moment(
    run: Run, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store(database, [beacon(0, press("before"))])
    copy, done = export._copy, list[str]()

    async def then_one_comes(connection: Any, out: Any, event: str, *more: Any) -> int:
        count = await copy(connection, out, event, *more)
        if not done:
            await store(database, [beacon(1, press("meanwhile"))])
        done.append(event)
        return count

    monkeypatch.setattr(export, "_copy", then_one_comes)
    lines = (await run("clicks", "key_presses", "--format", "jsonl", "-q")).stdout.splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["before"]
    assert done == ["clicks", "key_presses"]
    assert "Wrote 2 events" in (await run("key_presses")).stderr


async def test_a_file_for_each_type(run: Run, database: str) -> None:
    await store(database, [beacon(0, press("a"))])
    done = await run("key_presses", "clicks", "-o", "{event}.csv.gz")
    assert "Wrote 1 events to key_presses.csv.gz, clicks.csv.gz" in done.stderr
    [head, row] = unpacked("key_presses.csv.gz")
    assert head.startswith("id,key,")
    assert ",a," in row
    assert len(unpacked("clicks.csv.gz")) == 1


async def test_no_file_is_replaced_unless_that_is_asked_for(run: Run, database: str) -> None:
    precious = Path("a.csv")
    await asyncio.to_thread(precious.write_text, "precious")
    assert "--force" in (await run("clicks", "-o", "a.csv", code=1)).output
    assert text_of("a.csv") == "precious"
    await run("clicks", "-o", "a.csv", "--force")
    assert text_of("a.csv").startswith("id,target_node")


async def test_what_fails_leaves_no_file(run: Run, database: str) -> None:
    from databases import execute

    await store(database, [beacon(0, press("a"))])
    await execute(
        database,
        "create or replace view key_presses as select e.id, (1 / (length(e.key) - 1))::text as key, e.time,"
        " e.client_time, e.event_time, m.data as metadata from raw.key_presses e"
        " join metadata m on m.id = e.metadata_id",
    )
    said = (await run("key_presses", "-o", "a.csv", code=1)).output
    assert "Error: The database: key_presses could not be read: division by zero" in said
    assert names() == []
    assert "cannot be written" in (await run("clicks", "-o", "/nowhere/a.csv", code=1)).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name types of events, or --all"),
        (("clicks", "--all"), "not both"),
        (("klicks",), "no events 'klicks': known are link_clicks"),
        (("clicks", "pageviews"), "{event}"),
        (("clicks", "--from", "yesterday"), "expected 7d, 12h"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_wrong_usage(run: Run, arguments: tuple[str, ...], said: str) -> None:
    assert said in (await run(*arguments, code=2)).output
