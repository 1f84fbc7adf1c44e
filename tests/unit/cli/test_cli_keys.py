import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
OTHER = "another-key-of-some-length"

TABLES = f"""\
# at the top
home = ".chronos"

# the shop's
[[write_keys]]
key = "{OTHER}"  # since ever
name = "shop"

# about kafka
[kafka]
partitions = 3  # three
"""
TEXTS = f'write_keys = ["{OTHER}", "one-more-key-of-some-length"]  # short\n'
INLINE = f'write_keys = [{{key = "{OTHER}", name = "shop"}}]\n'
NONE = "# nothing yet\n"


def listed(run: Run) -> list[dict[str, Any]]:
    return json.loads(run("key", "list", "--json").output)  # type: ignore[no-any-return]


def test_list_tells_of_each_key(run: Run, config: Path) -> None:
    (key,) = listed(run)
    assert set(key) == {"key", "kind", "name", "created", "revoked"}
    assert (key["name"], key["revoked"]) == ("default", None)
    assert key["created"].endswith("+00:00")
    assert key["key"] in run("key", "list").output


@pytest.mark.parametrize("text", [TABLES, TEXTS, INLINE, NONE], ids=["tables", "texts", "inline", "none"])
def test_new_key_is_added_in_every_form_of_the_file(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "chronos.toml").write_text(text)
    before = [key["key"] for key in listed(run)]
    key = run("key", "new", "blog").output.strip()
    assert [one["key"] for one in listed(run)] == [*before, key]
    assert listed(run)[-1]["name"] == "blog"


@pytest.mark.parametrize("text", [TABLES, TEXTS, INLINE], ids=["tables", "texts", "inline"])
def test_key_is_revoked_in_every_form_of_the_file(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "chronos.toml").write_text(text)
    assert OTHER in run("key", "revoke", OTHER).output
    revoked = listed(run)
    assert [bool(key["revoked"]) for key in revoked] == [True] + [False] * (len(revoked) - 1)
    run("key", "revoke", OTHER)
    assert listed(run) == revoked


def test_edits_leave_everything_else_as_it_was(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "chronos.toml"
    path.write_text(TABLES)
    path.chmod(0o640)
    key = run("key", "new").output.strip()
    run("key", "revoke", OTHER)
    lines = [line for line in path.read_text().splitlines() if line]
    created, revoked = (
        one[name] for one, name in zip(listed(run)[::-1], ("created", "revoked"), strict=True)
    )
    assert lines == [
        "# at the top",
        'home = ".chronos"',
        "# the shop's",
        "[[write_keys]]",
        f'key = "{OTHER}"  # since ever',
        'name = "shop"',
        f"revoked = {revoked.replace('+00:00', 'Z')}",
        "[[write_keys]]",
        f'key = "{key}"',
        'name = "default"',
        f"created = {created.replace('+00:00', 'Z')}",
        "# about kafka",
        "[kafka]",
        "partitions = 3  # three",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_link_to_the_file_stays_a_link(run: Run, tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text(NONE)
    (tmp_path / "chronos.toml").symlink_to("real.toml")
    run("key", "new")
    assert (tmp_path / "chronos.toml").is_symlink()
    assert "write_keys" in (tmp_path / "real.toml").read_text()


def test_unknown_key_is_an_error_that_names_no_other(run: Run, tmp_path: Path) -> None:
    (tmp_path / "chronos.toml").write_text(TABLES)
    output = run("key", "revoke", "not-a-key", code=1).output
    assert "`chronos key list` shows" in output
    assert OTHER not in output, "read keys are secrets"
    assert (tmp_path / "chronos.toml").read_text() == TABLES


@pytest.mark.parametrize("name", ["", "x" * 101], ids=["empty", "long"])
def test_name_that_the_settings_would_refuse_is_refused_first(run: Run, config: Path, name: str) -> None:
    before = config.read_text()
    assert "1 to 100 characters" in run("key", "new", name, code=1).output
    assert config.read_text() == before


def test_keys_from_the_environment_cannot_be_edited(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_WRITE_KEYS", f'["{OTHER}"]')
    assert listed(run)[0]["key"] == OTHER
    assert "CHRONOS_WRITE_KEYS" in run("key", "new", code=1).output
    assert "CHRONOS_WRITE_KEYS" in run("key", "revoke", OTHER, code=1).output


def test_broken_file_is_named_and_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "chronos.toml").write_text("[web\n")
    assert "chronos.toml" in run("key", "new", code=1).output
    assert (tmp_path / "chronos.toml").read_text() == "[web\n"


def test_without_a_file_the_next_step_is_init(run: Run) -> None:
    assert "chronos init" in run("key", "new", code=1).output
    assert "chronos init" in run("key", "list", code=1).output


def test_a_read_key_is_made_listed_and_revoked(run: Run, config: Path) -> None:
    before = config.read_text()
    key = run("key", "new", "--read", "grafana").output.strip()
    assert [(one["kind"], one["name"]) for one in listed(run)] == [("write", "default"), ("read", "grafana")]
    assert config.read_text().startswith(before.rstrip())
    assert f"{key}  read   grafana" in run("key", "list").output
    assert "is refused since" in run("key", "revoke", key).output
    assert listed(run)[1]["revoked"]
    assert not listed(run)[0]["revoked"]
