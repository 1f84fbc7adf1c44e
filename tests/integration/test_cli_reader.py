"""`chronos dashboards role`, as a person or a Compose project calls it."""

import asyncio
import secrets
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner, Result
from databases import execute
from messages import value
from readers import as_role

from chronos.cli import main


async def run(*arguments: str) -> Result:
    # In a thread of its own, since a command runs a loop of its own.
    return await asyncio.to_thread(CliRunner().invoke, main, list(arguments))


async def test_it_needs_nothing_but_a_database_and_may_be_repeated(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL", empty_database)
    file, name = tmp_path / "secrets" / "password", f"reader_{secrets.token_hex(4)}"
    call = ("dashboards", "role", "--role", name, "--password-file", str(file))
    try:
        first, again = await run(*call), await run(*call)
        assert first.output == f"Made role {name}, which may read 19 relations; its password is in {file}\n"
        assert again.output == first.output.replace("Made", "Updated")
        password = file.read_text().strip()
        connection = await asyncpg.connect(as_role(empty_database, name, password), timeout=10)
        assert await connection.fetchval("select count(*) from pageviews") == 0
        await connection.close()
        await execute(empty_database, f"grant select on beacons to {name}")
        told = await run(*call)
        assert told.stderr == "Warning: it may select beacons, which dashboards do not need\n"
        assert told.exit_code == 0
    finally:
        await execute(empty_database, f"drop owned by {name}", f"drop role {name}")
    assert await value(empty_database, "select count(*) from pg_roles where rolname = $1", name) == 0
