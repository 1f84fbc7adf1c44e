"""The named queries."""

from pathlib import Path

import pytest

from chronos import resources
from chronos.database.queries import query

FOLDER = resources.sql("timescaledb/queries")
NAMES = sorted(path.stem for path in FOLDER.glob("*.sql"))
PACKAGE = resources.PACKAGE


@pytest.mark.parametrize("name", NAMES)
def test_a_query_is_the_text_of_its_file(name: str) -> None:
    assert query(name) == (FOLDER / f"{name}.sql").read_text()


def test_there_are_queries() -> None:
    assert NAMES


def test_a_query_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        query("no_such_query")


@pytest.mark.parametrize("name", NAMES)
def test_no_query_is_left_over(name: str) -> None:
    sources = [path.read_text() for path in PACKAGE.rglob("*.py")]
    assert any(f'query("{name}")' in source for source in sources)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_is_one_statement(name: str) -> None:
    assert ";" not in "".join(line for line in query(name).splitlines() if not line.startswith("--"))


def test_a_query_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = query(NAMES[0])
    monkeypatch.setattr(Path, "read_text", lambda *_: pytest.fail("read again"))
    assert query(NAMES[0]) is first
