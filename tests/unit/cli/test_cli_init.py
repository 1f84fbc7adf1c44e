import re
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from chronos.cli.template import fresh, fresh_key
from chronos.settings import Settings, load
from chronos.settings.problems import variables

Run = Callable[..., Result]


def test_init_writes_a_private_file_with_a_fresh_key(run: Run, tmp_path: Path) -> None:
    assert "chronos start" in run("init").output
    path = tmp_path / "chronos.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = tomllib.loads(path.read_text())
    assert [set(key) for key in content["write_keys"]] == [{"key", "name", "created"}]
    assert content["web"]["allowed_origins"] == ["http://localhost:*", "http://127.0.0.1:*"]
    assert load().active_keys[0].key == content["write_keys"][0]["key"]


def test_init_does_not_replace(run: Run, config: Path) -> None:
    before = config.read_text()
    output = run("init", code=1).output
    assert "chronos init --force" in output
    assert config.read_text() == before
    run("init", "--force")
    assert config.read_text() != before


def test_init_writes_where_the_environment_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_CONFIG", str(tmp_path / "etc" / "mine.toml"))
    run("init")
    assert (tmp_path / "etc" / "mine.toml").exists()


def test_file_that_cannot_be_written_is_an_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CHRONOS_CONFIG", str(tmp_path / "file" / "chronos.toml"))
    assert "cannot be written" in run("init", code=1).output


def test_every_setting_is_in_the_file_with_its_description() -> None:
    text = fresh()
    words = " ".join(re.sub(r"^# ", "", line) for line in text.splitlines())
    for _, key, field in variables(Settings):
        name = key.rpartition(".")[2]
        assert re.search(rf"^(# )?\[{{0,2}}{re.escape(name)}\b|\[{re.escape(key)}\]", text, re.MULTILINE), key
        if not hasattr(field.annotation, "model_fields") and key not in ("write_keys", "read_keys"):
            assert field.description in words, key


def test_defaults_in_comments_are_what_holds_without_them(config: Path) -> None:
    before = load()
    # A default that is None is shown as an empty text, which is not the same.
    text = re.sub(r'^# (\w+ = (?!"").+)$', r"\1", config.read_text(), flags=re.MULTILINE)
    assert text.count("\n# ") < config.read_text().count("\n# ") - 25
    config.write_text(text)
    assert load() == before


def test_keys_are_different_and_never_look_like_an_option() -> None:
    keys = {fresh_key("shop")["key"] for _ in range(500)}
    assert len(keys) == 500
    assert not any(key.startswith("-") for key in keys)
