"""The text of a new ``chronos.toml``, made from the table of settings, so that it says what is true."""

import secrets
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import tomlkit
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from chronos.settings import Settings

ORIGINS = ["http://localhost:*", "http://127.0.0.1:*"]
KEY_BYTES = 24
WIDTH = 100

HEAD = """\
# Settings of Chronos. A line that begins with `# name =` shows a default: remove the `#` to change it.
# Each can be set in the environment, too, and there it wins: CHRONOS_WEB_PORT is `port` in [web].
# This file holds keys: keep it out of version control.
"""
KEYS = """\
# A key that your pages send with each beacon; it lets them write, never read. Its name is that of the
# project that the events belong to. More of them: `chronos key new NAME`, `chronos key revoke KEY`.
# Keys that read from elsewhere stand in [[read_keys]]: `chronos key new --read NAME`.
[[write_keys]]
"""


def fresh_key(name: str) -> dict[str, Any]:
    """A new key, as it stands in ``[[write_keys]]``."""
    key = secrets.token_urlsafe(KEY_BYTES)
    while key.startswith("-"):  # `chronos key revoke` would take it for an option
        key = secrets.token_urlsafe(KEY_BYTES)
    return {"key": key, "name": name, "created": datetime.now(UTC).replace(microsecond=0)}


def fresh() -> str:
    """The whole file, with a fresh key and the origins of this machine allowed."""
    sections = [HEAD, "\n".join(_section(Settings, {}))]
    sections += _tables(Settings, "", {"web": {"allowed_origins": ORIGINS}})
    sections.append(KEYS + tomlkit.dumps(fresh_key("default")))
    return "\n".join(sections)


def _tables(model: type[BaseModel], above: str, values: dict[str, Any]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if inner := _model(field):
            given = values.get(name, {})
            lines = [f"# {(inner.__doc__ or '').strip()}", f"[{above}{name}]", *_section(inner, given)]
            yield "\n".join(lines)
            yield from _tables(inner, f"{above}{name}.", given)


def _section(model: type[BaseModel], values: dict[str, Any]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if _model(field) is None and name not in ("write_keys", "read_keys"):
            yield from textwrap.wrap(
                field.description or "", WIDTH, initial_indent="# ", subsequent_indent="# "
            )
            yield (
                _assignment(name, values[name])
                if name in values
                else f"# {_assignment(name, _default(field))}"
            )
            yield ""


def _assignment(name: str, value: Any) -> str:
    return f"{name} = {tomlkit.item(value).as_string()}"


def _default(field: FieldInfo) -> Any:
    value = field.get_default(call_default_factory=True)
    return "" if value is None else value if isinstance(value, bool | int | float | list) else str(value)


def _model(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
