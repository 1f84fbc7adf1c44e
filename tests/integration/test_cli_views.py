"""`chronos migrate` and `chronos views` as they are typed, on a real database."""

import asyncio
import json
import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from databases import execute
from kept import feed, store
from messages import NOW_MS, TOPIC, beacon, value
from visits import visits

from chronos.cli import main

OWN = """-- Clicks by element; kept for ever.
create view own as
select target_node, count(*) from clicks group by 1;
"""
Run = Callable[..., Result]


@pytest.fixture
def run(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a folder with the configuration of an own database."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "views").mkdir()
    config = f'home = "{tmp_path}"\n[timescaledb]\nurl = "{database}"\n[kafka]\nevents_topic = "{TOPIC}"\n'
    (tmp_path / "chronos.toml").write_text(config)
    monkeypatch.setenv("CHRONOS_CONFIG", str(tmp_path / "chronos.toml"))

    def run(*arguments: str, code: int = 0, answer: str | None = None) -> Result:
        done = CliRunner().invoke(main, arguments, input=answer)
        assert done.exit_code == code, (done.output, done.exception)
        return done

    return run


def write(name: str, text: str) -> None:
    Path("views", name).write_text(text)


async def in_thread(run: Run, *arguments: str, **more: object) -> str:
    """A command's output; it has a loop of its own."""
    done = await asyncio.to_thread(lambda: run(*arguments, **more))
    return done.output


async def test_views_from_the_first_to_the_last_command(run: Run, database: str, rng: random.Random) -> None:
    assert "There is no view yet" in await in_thread(run, "views", "list")
    [batch] = visits(rng, batches=1)
    await store(database, batch)
    write("own.sql", OWN)
    assert "Filled view own" in await in_thread(run, "migrate")
    assert await in_thread(run, "migrate") == "Nothing to do\n"
    await feed(database, batch)
    listed = json.loads(await in_thread(run, "views", "list", "--json"))
    [own] = [view for view in listed if view["name"] == "own"]
    assert own["rows"] == await value(database, "select count(distinct target_node) from clicks")
    assert (own["state"], own["about"]) == ("live", "Clicks by element; kept for ever.")
    lines = (await in_thread(run, "views", "list")).splitlines()
    assert lines[0].split() == ["VIEW", "STATE", "ROWS", "ABOUT"]
    assert ["own", "live", str(own["rows"])] in [line.split()[:3] for line in lines]
    shown = await in_thread(run, "views", "show", "own")
    assert OWN.rstrip() in shown
    assert "  target_node  text\n  count  bigint\n" in shown
    assert "own: " in await in_thread(run, "views", "check", "own")
    assert "title_views_count: " in await in_thread(run, "views", "check", "--all")
    await execute(database, "delete from raw.clicks")
    differs = await in_thread(run, "views", "check", "own", code=1)
    assert f"own: {own['rows']} row{'s' * (own['rows'] != 1)}, {own['rows']} differ" in differs
    assert "  raw:  no such row" in differs
    assert await in_thread(run, "views", "rebuild", "own") == "Filled own\n"
    assert await value(database, "select count(*) from own") == 0
    assert await in_thread(run, "views", "drop", "own") == "Dropped own\n"
    assert "dropped" in await in_thread(run, "views", "list")
    assert "View own was dropped; `chronos views rebuild own`" in await in_thread(run, "migrate")
    assert "View own is dropped" in await in_thread(run, "views", "check", "own", code=1)
    await in_thread(run, "views", "rebuild", "own")
    assert await value(database, "select count(*) from own") == 0
    await execute(database, "drop view own")
    assert "missing" in await in_thread(run, "views", "list")
    assert "own: missing" in await in_thread(run, "views", "show", "own")
    assert "Filled view own" in await in_thread(run, "migrate")
    os.unlink("views/own.sql")  # noqa: PTH108
    assert "View own has no file any more" in await in_thread(run, "migrate")
    assert await in_thread(run, "views", "rebuild", "own") == "Filled own\n", "as it was declared"
    assert "forgot it" in await in_thread(run, "views", "drop", "own")
    assert "own" not in [view["name"] for view in json.loads(await in_thread(run, "views", "list", "--json"))]


async def test_files_that_are_wrong_stop_no_other(run: Run, database: str) -> None:
    write("bad.sql", "create view bad as\nselect nope, count(*) from clicks group by 1")
    write("empty.sql", "")
    write("own.sql", OWN)
    write("twice.sql", OWN)
    for command in (["migrate"], ["views", "rebuild", "--all"]):
        said = await in_thread(run, *command, code=1)
        assert "bad.sql:2: stream clicks has no column nope" in said
        assert "empty.sql:1: expected `create view" in said
        assert "twice.sql:2: there is a view own already" in said
        assert re.search("Filled (view )?own\n", said)
    assert await in_thread(run, "views", "rebuild", "own") == "Filled own\n"


async def test_one_that_cannot_be_compared_stops_no_other(run: Run, database: str) -> None:
    write("a.sql", "create view a as select sum(x * x) as s from clicks")
    await in_thread(run, "migrate")
    await store(database, [beacon(0, ["clicks", "a", 1, 1e300, 0, NOW_MS])])
    await execute(database, f"insert into watermarks values ('feed_views', '{TOPIC}', 0, 1, now(), 0)")
    said = await in_thread(run, "views", "check", "--all", code=1)
    assert "Error: View a is not to be compared: PostgreSQL says: value out of range: overflow" in said
    assert "title_views_count: 0 rows" in said


async def test_what_the_server_refuses_is_said_after_all_the_others(run: Run, database: str) -> None:
    write("bad.sql", "create view bad as\nselect count(*) from clicks where target_node ~ '('")
    write("own.sql", OWN)
    said = await in_thread(run, "migrate", code=1)
    assert "Filled view own" in said
    assert "bad.sql:1: PostgreSQL refuses it" in said
    assert "Filled view own" not in await in_thread(run, "migrate", code=1)


async def test_older_rows_are_asked_for(run: Run, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write("own.sql", OWN)
    await in_thread(run, "migrate")
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_RETENTION_DAYS", "30")
    write("own.sql", OWN.replace("count(*)", "count(*), max(x)"))
    assert "View own is left as it was" in await in_thread(run, "migrate")
    assert "Go on?" in await in_thread(run, "views", "rebuild", "own", code=1, answer="n\n")
    await in_thread(run, "views", "rebuild", "own", answer="y\n")
    assert "Go on?" in await in_thread(run, "views", "drop", "own", code=1, answer="n\n")
    assert await value(database, "select count(max) from own") == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("show", "nope"), "There is no view nope"),
        (("drop", "nope"), "There is no view nope"),
        (("rebuild", "nope"), "There is no view nope"),
        (("check", "nope"), "There is no view nope"),
        (("check",), "name views, or --all"),
        (("check", "--all", "key_press_count"), "not both"),
    ],
)
def test_wrong_names_are_refused(run: Run, command: tuple[str, ...], said: str) -> None:
    output = CliRunner().invoke(main, ["views", *command])
    assert output.exit_code in (1, 2)
    assert said in output.output


async def test_a_database_that_is_away_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL", "postgresql://nobody@127.0.0.1:1/x")
    for command in (["views", "list"], ["views", "rebuild", "key_press_count"], ["views", "check", "--all"]):
        assert "PostgreSQL at 127.0.0.1:1/x" in await in_thread(run, *command, code=1)


async def test_views_that_a_pipelinedb_keeps_are_not_here(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_PIPELINEDB_URL", "postgresql://nobody@127.0.0.1:1/pipeline")
    for command in ("list", "show own", "check own", "rebuild own", "drop own"):
        said = await in_thread(run, "views", *command.split(), code=1)
        assert "kept by the PipelineDB at 127.0.0.1:1/pipeline" in said
    said = await in_thread(run, "install-pipeline", code=1)
    assert "127.0.0.1:1/pipeline" in said


async def test_install_pipeline_needs_an_address(run: Run) -> None:
    assert "CHRONOS_PIPELINEDB_URL" in await in_thread(run, "install-pipeline", code=1)


async def test_install_pipeline_makes_all_once(
    run: Run, pipelinedb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_PIPELINEDB_URL", pipelinedb)
    write("own.sql", OWN)
    assert await in_thread(run, "install-pipeline") == "Made own\n"
    assert await in_thread(run, "install-pipeline") == "Nothing to do\n"
    write("own.sql", OWN.replace("count(*)", "count(*), max(x)"))
    assert "view own is not as" in await in_thread(run, "install-pipeline")
