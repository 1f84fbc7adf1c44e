"""`chronos sinks`, `chronos events`, and what `chronos start` says of parts that are not ours."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import packages
import pytest
from click.testing import Result

from chronos.models.events import BUILT_IN, EVENT_TYPES

Run = Callable[..., Result]
POINTS = """
[chronos.sinks]
archive = shop_cli_sinks:Archive

[chronos.events]
purchases = shop_cli_events.types:Purchase
"""


@pytest.fixture(autouse=True)
def shop(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    files = {
        "shop_cli_sinks.py": packages.SINK,
        "shop_cli_events/__init__.py": "",
        "shop_cli_events/types.py": packages.EVENTS,
        "shop_cli_events/sql/001.sql": packages.PURCHASES,
    }
    packages.install(tmp_path / "site", monkeypatch, points=POINTS, files=files)
    yield
    for name in [name for name in EVENT_TYPES if name not in BUILT_IN]:
        del EVENT_TYPES[name]
    for name in [name for name in sys.modules if name.startswith("shop_cli")]:
        del sys.modules[name]


def switch_on(config: Path, tables: str) -> None:
    config.write_text(config.read_text() + tables)


def test_sinks_are_listed_also_where_kafka_is_away(run: Run, config: Path) -> None:
    switch_on(config, "[sinks.first]\nuse = 'shop_cli_sinks:Archive'\npath = 'x'\n")
    output = run("sinks", "list").output
    rows = [line.split()[:3] for line in output.splitlines()[1:6]]
    assert rows == [
        ["store_events", "ships", "-"],
        ["feed_views", "ships", "-"],
        ["count_windows", "ships", "-"],
        ["keep_dead_letters", "ships", "-"],
        ["first", "on", "-"],
    ]
    assert "How far they are is not known: Nothing says where Kafka is" in output
    found = {one["name"]: one for one in json.loads(run("sinks", "list", "--json").output)}
    assert found["first"]["behind"] is None


def test_a_sink_that_is_only_installed_is_told_with_its_package(run: Run) -> None:
    wanted = "shop_cli_sinks:Archive (package shop 1.2, entry point archive of chronos.sinks)"
    last = run("sinks", "list").output.splitlines()[5]
    assert last.split()[:3] == ["archive", "installed", "-"]
    assert last.endswith(wanted)


def test_events_are_listed_with_whose_they_are(run: Run) -> None:
    lines = run("events", "list").output.splitlines()
    assert len(lines) == len(BUILT_IN) + 1
    assert "clicks             [target_node, buttons, x, y, client_time, text?]" in lines
    assert lines[-1].split(maxsplit=1) == [
        "purchases",
        "[product, price, items, client_time, paid?, coupon?]  from shop_cli_events.types:Purchase",
    ]


def test_sql_to_begin_with_is_printed_for_a_type_that_has_none(run: Run, tmp_path: Path) -> None:
    Path("shop_cli_own.py").write_text(packages.EVENTS.replace('"purchases"', '"sales"'))
    output = run("events", "sql", "shop_cli_own:Purchase").output
    assert output.startswith("-- Makes `raw.sales` and the view `sales`: one row per event 'sales'.\n")
    assert "    items jsonb not null,\n    paid boolean not null,\n    coupon text\n);" in output
    assert "select e.id, e.product, e.price, e.items, e.paid, e.coupon, e.time," in output
    stream = run("events", "sql", "--stream", "shop_cli_own:Purchase").output
    assert "create foreign table sales (\n    product text,\n    price double precision,\n" in stream


def test_sql_of_what_is_no_event_type_is_an_error(run: Run) -> None:
    assert "json:loads is no chronos.models.events.Event" in run("events", "sql", "json:loads", code=1).output


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ("[sinks.archive]\n", "sinks.archive.path: missing"),
        ("[sinks.loud]\nuse = 'shop_cli_sinks:Loud'\n", "cannot be made: OSError: no such disk"),
    ],
)
def test_start_says_what_is_wrong_before_it_starts_anything(
    run: Run, config: Path, tmp_path: Path, tables: str, says: str
) -> None:
    switch_on(config, tables)
    assert says in run("start", "worker", code=1).output
    assert not (tmp_path / ".chronos").exists()


def test_windows_may_be_of_event_types_that_packages_bring(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on(config, "[windows.by_product]\nevent = 'purchases'\nkey = 'product'\n")
    assert "Nothing is wrong" in run("config", "check").output
    monkeypatch.setenv("CHRONOS_APP_EVENTS", '["shop_cli_events.types:Nothing"]')
    said = run("config", "check", code=1).output
    assert "app.events" in said
    assert "shop_cli_events.types" in said
