"""`chronos migrate --dry-run`, as it is typed."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from databases import execute
from messages import TOPIC, fetch, value

from chronos import migrations
from chronos.cli import main

OWN = "-- Clicks by element.\ncreate view own as select target_node, count(*) from clicks group by 1;\n"
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a database, in a folder of its own with one view."""
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "own.sql").write_text(OWN)
    (tmp_path / "chronos.toml").write_text(f'[kafka]\nevents_topic = "{TOPIC}"\n')

    def run(url: str, *arguments: str, code: int = 0) -> str:
        done = CliRunner(env={"CHRONOS_TIMESCALEDB_URL": url}).invoke(main, arguments)
        assert done.exit_code == code, (done.output, done.exception)
        return done.output

    return run


async def objects(url: str) -> int:
    return int(await value(url, "select count(*) from pg_class"))


async def test_a_dry_run_says_what_would_be_done_and_changes_nothing(run: Run, empty_database: str) -> None:
    before = await objects(empty_database)
    said = await asyncio.to_thread(run, empty_database, "migrate", "--dry-run")
    for path in migrations.files():
        first = path.read_text().partition("\n")[0].removeprefix("-- ")
        assert f"  {path}\n    {first}\n" in said
    assert f"Would apply {len(migrations.files())} migrations" in said
    assert "Would fill view own, which is new" in said
    assert await objects(empty_database) == before


async def test_a_dry_run_names_views_that_would_be_made_or_changed(
    run: Run, shipped: str, tmp_path: Path
) -> None:
    async def planned() -> list[str]:
        return (await asyncio.to_thread(run, shipped, "migrate", "--dry-run")).splitlines()

    place = tmp_path / "views" / "own.sql"
    assert await planned() == [f"Would fill view own, which is new ({place})"]
    await asyncio.to_thread(run, shipped, "migrate")
    assert await planned() == ["Nothing to do"]
    place.write_text(OWN.replace("count(*)", "count(*), max(x)"))
    assert await planned() == [f"Would fill view own anew, which has changed or is not complete ({place})"]
    await execute(shipped, "drop view own")
    place.write_text(OWN)
    assert await planned() == [
        f"Would make view own again, which is missing; what is kept for it is there ({place})"
    ]
    place.write_text("-- Nothing.\nselect 1;\n")
    [refused] = await planned()
    assert refused.startswith(f"Would refuse a view: {place}:")
    place.unlink()
    [gone] = await planned()
    assert gone.startswith("Would leave view own, which has no file any more")
    assert (await fetch(shipped, "select state from views.catalog where name = 'own'"))[0]["state"] == "live"


async def test_a_database_that_is_not_there_is_one_line(run: Run) -> None:
    url = "postgresql://someone:secret@127.0.0.1:1/none"
    said = await asyncio.to_thread(run, url, "migrate", "--dry-run", code=1)
    assert said.startswith("Error: The database at 127.0.0.1:1/none was not migrated")
    assert "secret" not in said
