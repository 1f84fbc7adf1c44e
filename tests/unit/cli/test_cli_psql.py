"""`chronos psql` gives the client its connection, and no password that `ps` shows."""

import os
from typing import Any

import pytest
from click.testing import CliRunner

from chronos.cli import main
from chronos.cli.psql import connection_variables


@pytest.mark.parametrize(
    ("url", "variables"),
    [
        pytest.param(
            "postgresql://me:p%40ss@db.example:5433/app",
            {
                "PGHOST": "db.example",
                "PGPORT": "5433",
                "PGUSER": "me",
                "PGPASSWORD": "p@ss",
                "PGDATABASE": "app",
            },
            id="everything",
        ),
        pytest.param("postgresql://db/app", {"PGHOST": "db", "PGDATABASE": "app"}, id="the rest by default"),
    ],
)
def test_the_environment_says_where(url: str, variables: dict[str, str]) -> None:
    assert connection_variables(url) == variables


def test_runs_the_client_with_the_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL", "postgresql://me:secret@db/app")
    monkeypatch.setenv("CHRONOS_KAFKA_BOOTSTRAP", "k:9092")
    monkeypatch.setenv("CHRONOS_WRITE_KEYS", '["0123456789abcdef"]')
    monkeypatch.setattr(os, "execve", lambda program, command, env: seen.update(command=command, env=env))
    result = CliRunner().invoke(main, ["psql", "-c", "select 1"])
    assert result.exit_code == 0, result.output
    assert seen["command"][1:] == ["-c", "select 1"]
    assert "secret" not in " ".join(seen["command"])
    assert seen["env"]["PGPASSWORD"] == "secret"
