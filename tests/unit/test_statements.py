"""Files of SQL, cut into statements."""

import pytest

from chronos import migrations
from chronos.database.statements import statements


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("-- only; a comment\n", []),
        ("select 1", ["select 1"]),
        ("select 1;\nselect 2;\n", ["select 1;", "select 2;"]),
        ("select ';', \"a;b\"; select 'it''s; so';", ["select ';', \"a;b\";", "select 'it''s; so';"]),
        (r"select e'a\';b'; select 2", [r"select e'a\';b';", "select 2"]),
        ("do $$ begin; end $$; do $x$ $$;$$ $x$;", ["do $$ begin; end $$;", "do $x$ $$;$$ $x$;"]),
        ("/* a; b */ select /* c; */ 1; -- d; e\nselect 2;", ["select /* c; */ 1;", "select 2;"]),
        (";;select 1;;", ["select 1;"]),
        ("select $1; select a$b from t;", ["select $1;", "select a$b from t;"]),
    ],
    ids=range(10),
)
def test_statements_of_a_file(text: str, found: list[str]) -> None:
    assert [one.text for one in statements(text)] == found


def test_a_statement_is_found_by_its_line() -> None:
    text = "-- One.\nselect 1;\n\n-- Two,\n-- of more lines.\ncreate table t (\n  a int\n);\n"
    assert [(one.line, one.head) for one in statements(text)] == [(2, "select 1"), (6, "create table t")]
    [long] = statements("select " + "a" * 200)
    assert len(long.head) == 80


@pytest.mark.parametrize("path", migrations.files(), ids=lambda path: path.name)
def test_nothing_of_a_migration_is_lost(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    found = list(statements(text))
    assert found
    lines = text.splitlines()
    for one in found:
        assert lines[one.line - 1].startswith(one.text.partition("\n")[0])
    rest = text
    for one in found:
        rest = rest.replace(one.text, "", 1)
    assert [line for line in rest.splitlines() if line.strip() and not line.startswith("--")] == []
