"""Tells of each setting what it is and where that comes from: environment, ``chronos.toml`` or default."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from chronos.settings import ENV_PREFIX, Settings, config_path, toml_lines
from chronos.settings.from_files import SUFFIX

MISSING = object()


@dataclass(frozen=True)
class Setting:
    """A setting: its dotted name, its value as JSON has it, and its source.

    ``place`` is the name of a variable, or path:line of the file; None for a default.
    """

    name: str
    value: Any
    source: Literal["default", "file", "environment"]
    place: str | None = None


def every(loaded: Settings, environment: Mapping[str, str] = os.environ) -> list[Setting]:
    """All settings, in the order of the table of settings."""
    path = config_path(environment)
    content = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return [_found(location, value, content, path, environment) for location, value in _leaves(loaded, [])]


def variable_of(location: list[str], environment: Mapping[str, str] = os.environ) -> str | None:
    """The variable of the environment that says what a setting is; None where none does."""
    given = {name.upper(): (name, text) for name, text in environment.items() if text}
    # The more of its name a variable has, the more it counts; what it does not have is in its JSON.
    for length in range(min(2, len(location)), 0, -1):
        variable = f"{ENV_PREFIX}{'_'.join(location[:length])}".upper()
        if length == len(location) and f"{variable}{SUFFIX}" in given:
            return given[f"{variable}{SUFFIX}"][0]
        found = given.get(variable)
        if found and (length == len(location) or _inside(_json(found[1]), location[length:]) is not MISSING):
            return found[0]
    return None


def _leaves(model: BaseModel, above: list[str]) -> Iterator[tuple[list[str], Any]]:
    for name, value in (*model, *(model.model_extra or {}).items()):
        if isinstance(value, BaseModel):
            yield from _leaves(value, [*above, name])
        elif name not in (model.model_extra or {}):
            yield [*above, name], value


def _found(
    location: list[str], value: Any, content: Mapping[str, Any], path: Path, environment: Mapping[str, str]
) -> Setting:
    name = ".".join(location)
    value = _plain(value)
    if variable := variable_of(location, environment):
        return Setting(name, value, "environment", variable)
    if _inside(content, location) is MISSING:
        return Setting(name, value, "default")
    line = toml_lines.line_number(path, location) or toml_lines.line_number(path, [*location, "0"])
    return Setting(name, value, "file", f"{path}:{line}" if line else str(path))


def _inside(content: Any, location: list[str]) -> Any:
    for part in location:
        if not isinstance(content, Mapping) or part not in content:
            return MISSING
        content = content[part]
    return content


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    return str(value) if isinstance(value, Path) else value
