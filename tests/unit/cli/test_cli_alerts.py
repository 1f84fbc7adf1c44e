"""`chronos alerts test` says what each channel answered; `chronos alerts` needs the database."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import Result

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("status", "code", "says"), [(204, 0, "answers 204"), (500, 1, "was not told: it answers 500")]
)
async def test_a_test_is_sent_and_what_was_answered_is_said(
    config: Path, run: Run, monkeypatch: pytest.MonkeyPatch, status: int, code: int, says: str
) -> None:
    got: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/secret", take)
    async with TestServer(app) as server:
        monkeypatch.setenv("CHRONOS_ALERTS_WEBHOOK_URL", str(server.make_url("/secret")))
        done = await asyncio.to_thread(lambda: run("alerts", "test", code=code))
    assert says in done.output
    assert "secret" not in done.output
    assert [(one["state"], one["incident"]) for one in got] == [("test", "test")]


def test_without_channels_it_says_which_settings_name_them(config: Path, run: Run) -> None:
    assert "set [alerts] webhook_url, or smtp_host" in run("alerts", "test").output


def test_a_database_that_is_away_is_said_in_a_line(
    config: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_TIMESCALEDB_URL", "postgresql://me:hidden-one@127.0.0.1:1/none")
    said = run("alerts", code=1).output
    assert said.startswith("Error: The database at ")
    assert "what lasts is in the logs of workers meanwhile" in said
    assert "hidden-one" not in said
