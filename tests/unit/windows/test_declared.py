"""Which views of windows there are: those that ship, and those of the settings."""

from pathlib import Path

import pytest

from chronos import settings
from chronos.errors import ConfigurationError
from chronos.windows.declared import BUILT_IN, WindowView, declared
from chronos.windows.expression import compile_keys

SLOW = """\
[windows.slow]
event = "web_vitals"
key = "name"
filter = "value > 2500"
about = "Slow pages"
"""


def of(text: str) -> list[WindowView]:
    Path("chronos.toml").write_text(text)
    return declared(settings.load())


def told(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        of(text)
    return str(error.value).replace(str(Path("chronos.toml").absolute()), "FILE").splitlines()


@pytest.mark.parametrize("view", BUILT_IN, ids=lambda view: view.name)
def test_what_ships_compiles(view: WindowView) -> None:
    compile_keys(view)
    assert view.id == view.name


def test_without_tables_there_is_what_ships() -> None:
    assert of("") == list(BUILT_IN)


def test_a_table_declares_one() -> None:
    *shipped, own = of(SLOW)
    assert shipped == list(BUILT_IN)
    assert (own.name, own.about, own.event, own.key, own.filter, own.kind) == (
        *("slow", "Slow pages", "web_vitals"),
        *("name", "value > 2500", "count"),
    )


def test_the_environment_declares_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WINDOWS", '{"slow": {"event": "web_vitals", "key": "name"}}')
    assert of("[windows]\nretention_hours = 30")[-1].name == "slow"


def test_another_meaning_is_another_view_to_what_is_kept() -> None:
    [first, again, about, other, key, event] = [
        of(text)[-1].id
        for text in (
            SLOW,
            SLOW,
            SLOW.replace("Slow pages", "Pages"),
            SLOW.replace("2500", "4000"),
            SLOW.replace('key = "name"', 'key = "rating"'),
            SLOW.replace("value > 2500", "name = 'x'").replace("web_vitals", "custom_events"),
        )
    ]
    assert first == again == about
    assert len({first, other, key, event}) == 4
    assert first.startswith("slow~")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(
            SLOW.replace("name", "nam"),
            "FILE, line 3: windows.slow.key = 'nam': nam: there is no such column: name, value, rating,"
            " event_type, metadata; did you mean name?",
            id="unknown column",
        ),
        pytest.param(
            SLOW.replace("value > 2500", "value"),
            "FILE, line 4: windows.slow.filter = 'value': value: is of type double precision, expected bool",
            id="filter that is no condition",
        ),
        pytest.param(
            SLOW.replace("web_vitals", "web_vital"),
            "FILE, line 2: windows.slow.event = 'web_vital': there is no such event type: link_clicks,",
            id="unknown event type",
        ),
        pytest.param(
            SLOW.replace("slow", "keys"),
            "FILE, line 1: windows.keys: there is a view of this name: event_types,",
            id="name of one that ships",
        ),
        pytest.param(
            SLOW.replace("slow", "Slow"),
            "FILE, line 1: windows.Slow: a name has lower-case letters, digits and `_`",
            id="name with a capital",
        ),
        pytest.param(
            SLOW.replace("windows.slow", 'windows."a/b"'),
            "FILE: windows.a/b: a name has lower-case letters, digits and `_`",
            id="name with a slash",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, line: str) -> None:
    [found] = told(text)
    assert found.startswith(line)


def test_each_mistake_has_its_line() -> None:
    lines = told(SLOW.replace("name", "nam").replace("value >", "valu >"))
    assert [line.split(" = ")[0] for line in lines] == [
        "FILE, line 3: windows.slow.key",
        "FILE, line 4: windows.slow.filter",
    ]


def test_what_is_wrong_in_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WINDOWS", '{"slow": {"event": "web_vitals", "key": "nam"}}')
    assert told("")[0].startswith(
        "environment variable CHRONOS_WINDOWS: windows.slow.key = 'nam': nam: there"
    )
