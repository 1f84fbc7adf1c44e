"""Which data sinks are switched on, and what is said of one that cannot be."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import packages
import pytest

from chronos import settings
from chronos.errors import ConfigurationError
from chronos.extensions.sinks import Declared, declared

POINTS = """
[chronos.sinks]
archive = shop_sinks:Archive
gone = shop_sinks:Gone
"""


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    files = {"shop_sinks.py": packages.SINK}
    packages.install(tmp_path / "site", monkeypatch, points=POINTS, files=files)
    yield
    sys.modules.pop("shop_sinks", None)
    sys.modules.pop("own_sinks", None)


def switched_on(text: str) -> list[Declared]:
    Path("chronos.toml").write_text(dedent(text))
    return declared(settings.load())


def test_no_sink_is_on_that_no_table_names() -> None:
    assert switched_on("") == []


def test_a_sink_of_a_package_is_on_under_the_name_of_its_table(tmp_path: Path) -> None:
    [one] = switched_on("[sinks.archive]\npath = 'x'")
    sink = one.sink
    assert (one.name, sink.settings.path, sink.settings.most) == ("archive", "x", 7)
    assert (sink.context.topic, sink.context.folder, sink.context.home) == (
        "events",
        tmp_path,
        tmp_path / ".chronos",
    )
    assert one.offered.source == "package shop 1.2, entry point archive of chronos.sinks"


def test_a_class_may_be_two_sinks() -> None:
    text = "[sinks.a]\nuse = 'archive'\npath = 'x'\n[sinks.b]\nuse = 'shop_sinks:Archive'\npath = 'y'"
    assert [(one.name, one.sink.settings.path) for one in switched_on(text)] == [("a", "x"), ("b", "y")]


def test_a_module_beside_chronos_toml_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "own_sinks.py").write_text(packages.SINK)
    (own / "chronos.toml").write_text("[sinks.mine]\nuse = 'own_sinks:Archive'\npath = 'x'")
    monkeypatch.setenv("CHRONOS_CONFIG", str(own / "chronos.toml"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    [one] = declared(settings.load())
    assert one.sink.context.folder == own


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("[sinks.nix]", "line 1: sinks.nix: no installed package has a sink nix: known are archive, gone;"),
        ("[sinks.archive]", "line 1: sinks.archive.path: missing"),
        ("[sinks.archive]\npath = 'x'\nmosst = 8", "line 3: sinks.archive.mosst = 8: no such setting"),
        ("[sinks.archive]\npath = 'x'\nmost = 'y'", "line 3: sinks.archive.most = 'y': input should be"),
        ("[sinks]\narchive = 3", "line 2: sinks.archive = 3: no such setting"),
        (
            "[sinks.gone]",
            "package shop 1.2, entry point gone of chronos.sinks: shop_sinks:Gone cannot be imported:"
            " AttributeError",
        ),
        (
            "[sinks.a]\nuse = 'no_such:Sink'",
            "line 2: sinks.a.use: no_such:Sink cannot be imported: ModuleNotFoundError: No module named"
            " 'no_such'",
        ),
        ("[sinks.a]\nuse = 'json:loads'", "json:loads is no chronos.sinks.DataSink"),
        ("[sinks.a]\nuse = 'shop_sinks:Empty'", "shop_sinks:Empty lacks what a sink has to have: write"),
        ("[sinks.a]\nuse = 'shop_sinks:Loud'", "shop_sinks:Loud cannot be made: OSError: no such disk"),
        ("[sinks.a]\nuse = 'shop_sinks:Odd'", "shop_sinks:Odd has Settings that are no pydantic model"),
        ("[sinks.store_events]", "sinks.store_events: a name has lower-case letters"),
        ("[sinks.Big]", "sinks.Big: a name has lower-case letters"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(table: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        switched_on(table)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        switched_on("[sinks.a]\n[sinks.b]\nuse = 'shop_sinks:Empty'\n[sinks.archive]")
    assert len(str(caught.value).splitlines()) == 3
