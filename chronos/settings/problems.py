"""Says what is wrong with the settings so that a person can mend it."""

import difflib
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsError

from chronos.masking import KEY_TABLES, OWN_TABLES, STARS, masked
from chronos.settings import from_files, toml_lines

OUTSIDE_SETTINGS = {"CHRONOS_CONFIG"}
UNSEEN = "..."


def describe(
    error: ValidationError, path: Path, environment: Mapping[str, str], above: tuple[str, ...] = ()
) -> list[str]:
    """One line for each thing that does not validate; ``above`` are the tables that it stands in."""
    details = error.errors(include_url=False)
    return [_line(detail | {"loc": (*above, *detail["loc"])}, path, environment) for detail in details]


def of_table(error: ValidationError, *location: str) -> list[str]:
    """The lines for a table that only something else than the settings can validate."""
    from chronos.settings import config_path

    return describe(error, config_path(), os.environ, location)


def of_key(location: list[str], expected: str, value: object = None) -> str:
    """The line for a key of which something is known to be wrong only when a worker starts."""
    shown = "" if value is None else f" = {_shown('.'.join(location), value)}"
    return f"{place(location)}{shown}: {expected}"


def place(location: list[str]) -> str:
    """Where a key stands, and which: ``/srv/chronos.toml, line 3: app.modules``."""
    from chronos.settings import config_path

    return f"{_source(location, config_path(), os.environ)}: {'.'.join(location)}"


def unknown_variables(model: type[BaseSettings], environment: Mapping[str, str]) -> list[str]:
    """One line for each ``CHRONOS_…`` variable that sets nothing."""
    known = known_variables(model)
    return [
        f"{name}: no such variable in the environment{_nearest(name, known)}"
        for name in sorted(environment)
        if name.startswith("CHRONOS_") and name not in known
    ]


def known_variables(model: type[BaseSettings]) -> set[str]:
    """Every ``CHRONOS_…`` variable that means something."""
    own = {variable for variable, *_ in variables(model)}
    return own | {variable + from_files.SUFFIX for variable in own} | OUTSIDE_SETTINGS


def unreadable(error: Exception, path: Path, environment: Mapping[str, str]) -> list[str]:
    """A line for a file that is not TOML, or one for each variable that is not JSON."""
    if isinstance(error, SettingsError):
        return list(_not_json(environment)) or [str(error)]
    if isinstance(error, tomllib.TOMLDecodeError):
        return [toml_lines.not_toml(error, path)]
    if isinstance(error, UnicodeDecodeError):
        return [f"{path}: not TOML: expected a file of UTF-8 text"]
    return [str(error) if str(error).startswith("environment variable") else f"{path}: {error}"]


def variables(model: type[BaseSettings]) -> Iterator[tuple[str, str, Any]]:
    """Yield (environment variable, dotted key, field) for every setting."""
    for name, field in model.model_fields.items():
        yield f"CHRONOS_{name}".upper(), name, field
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            for inner, inner_field in section.model_fields.items():
                yield f"CHRONOS_{name}_{inner}".upper(), f"{name}.{inner}", inner_field


def _not_json(environment: Mapping[str, str]) -> Iterator[str]:
    from chronos.settings import Settings

    for variable, key, field in variables(Settings):
        kind = get_origin(field.annotation) or field.annotation
        source = _variable(variable, environment)
        if source and isinstance(kind, type) and issubclass(kind, list | BaseModel):
            text = from_files.expanded(environment, [variable])[variable]
            try:
                json.loads(text)
            except ValueError as error:
                is_unseen = source != variable or key in (*KEY_TABLES, *OWN_TABLES)
                shown = UNSEEN if is_unseen else _shown(key, text)
                yield f"environment variable {source}: {key} = {shown}: expected JSON ({error})"


def _line(detail: ErrorDetails, path: Path, environment: Mapping[str, str]) -> str:
    location = [
        part for part in detail["loc"] if not (isinstance(part, str) and part.startswith("function-"))
    ]
    key = ".".join(str(part) for part in location)
    source = _source(location, path, environment)
    if detail["type"] == "extra_forbidden":
        shown = UNSEEN if source.endswith(from_files.SUFFIX) else _shown(key, detail["input"])
        return f"{source}: {key} = {shown}: no such setting{_nearest(key, _known_keys())}"
    if detail["type"] == "missing":
        return f"{source}: {key}: missing; {detail['msg']}"
    if source.endswith(from_files.SUFFIX):
        # Nothing of what a file says is shown, and reasons quote it.
        return f"{source}: {key} = {UNSEEN}: {re.split(', got |: ', _expected(detail))[0]}"
    is_unseen = key.endswith("url") and "://" not in str(detail["input"])  # and may be all that is secret
    value = UNSEEN if is_unseen else _shown(key, detail["input"])
    return f"{source}: {key} = {value}: {_expected(detail)}"


def _expected(detail: ErrorDetails) -> str:
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] in ("model_type", "dict_type"):
        return "expected a table"
    return message[0].lower() + message[1:]


def _shown(key: str, value: object) -> str:
    shown = masked(key, value)
    text = shown if shown == STARS else repr(shown)
    return text if len(text) <= 100 else text[:97] + "..."


def _source(location: list[Any], path: Path, environment: Mapping[str, str]) -> str:
    names = [str(part).upper() for part in location[:2]]
    for variable in ("_".join(["CHRONOS", *names]), "_".join(["CHRONOS", *names[:1]])):
        if source := _variable(variable, environment):
            return f"environment variable {source}"
    number = toml_lines.line_number(path, [str(part) for part in location])
    return f"{path}, line {number}" if number else str(path)


def _variable(name: str, environment: Mapping[str, str]) -> str | None:
    """The variable of the environment that gives the setting of ``name``, which may name a file."""
    if name in environment:
        return name
    return name + from_files.SUFFIX if environment.get(name + from_files.SUFFIX) else None


def _known_keys() -> set[str]:
    from chronos.settings import Settings

    return {key for _, key, _ in variables(Settings)}


def _nearest(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
