"""The tables of settings, made from the schema of `chronos.settings`."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from chronos.settings import Settings, WriteKeyFields, problems
from chronos.settings.extensions import DeclaredSink
from chronos.settings.windows import DeclaredWindow
from docs.markdown import code, sentence, table

KEYS = ("write_keys", "read_keys")
NAMES = {"integer": "integer", "number": "number", "boolean": "true or false", "string": "text"}
FORMATS = {"path": "path", "date-time": "date and time"}


def settings() -> str:
    """Every setting, in a table for each section of ``chronos.toml``."""
    return "\n\n".join(_section(Settings, "", Settings.model_json_schema()))


def write_keys() -> str:
    """The fields of a key."""
    return _fields(WriteKeyFields)


def own_windows() -> str:
    """The fields of a view of windows of your own."""
    return _fields(DeclaredWindow)


def own_sinks() -> str:
    """The fields of a table that switches a data sink on."""
    return _fields(DeclaredSink)


def _fields(model: type[BaseModel]) -> str:
    properties = model.model_json_schema()["properties"]
    rows = [(code(name), *_facts(field)) for name, field in properties.items()]
    return table(("Key", "Type", "Default", "Meaning"), rows)


def _section(model: type[BaseModel], above: str, schema: dict[str, Any]) -> Iterator[str]:
    inner = {name: kind for name, field in model.model_fields.items() if (kind := _model(field.annotation))}
    properties = schema["$defs"][model.__name__]["properties"] if above else schema["properties"]
    own = {name: field for name, field in properties.items() if name not in inner and name not in KEYS}
    rows = [(code(name), _variable(above + name), *_facts(field)) for name, field in own.items()]
    yield f"### `[{above.rstrip('.')}]`" if above else "### Above all sections"
    if above:
        yield sentence(model.__doc__)
    yield table(("Key", "Environment", "Type", "Default", "Meaning"), rows)
    for name, kind in inner.items():
        yield from _section(kind, f"{above}{name}.", schema)


def _variable(key: str) -> str:
    known = {key: variable for variable, key, _ in problems.variables(Settings)}
    return code(known[key]) if key in known else f"in {code(known[key.rpartition('.')[0]])}"


def _model(kind: Any) -> type[BaseModel] | None:
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _facts(field: dict[str, Any]) -> tuple[str, str, str]:
    kind = next(kind for kind in field.get("anyOf", [field]) if kind["type"] != "null")
    return _type(kind), _default(field), sentence(field["description"])


def _type(kind: dict[str, Any]) -> str:
    if kind["type"] == "array":
        return f"list of {_type(kind['items'])}s"
    if "enum" in kind:
        return " or ".join(map(code, kind["enum"]))
    name = FORMATS.get(kind.get("format", ""), NAMES[kind["type"]])
    return f"{name}{_bounds(kind)}"


def _bounds(kind: dict[str, Any]) -> str:
    if "minLength" in kind:
        return f", {kind['minLength']} to {kind['maxLength']} characters"
    if "maxLength" in kind:
        return f", up to {kind['maxLength']} characters"
    if "exclusiveMinimum" in kind:
        return f" above {kind['exclusiveMinimum']:g}"
    if "maximum" in kind:
        return f", {kind['minimum']} to {kind['maximum']}"
    return f" from {kind['minimum']:g}" if "minimum" in kind else ""


def _default(field: dict[str, Any]) -> str:
    value = field.get("default")
    if value is None or value == "":
        return "none"
    return code(str(value).lower() if isinstance(value, bool) else value)
