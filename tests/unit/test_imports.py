"""Dependencies point one way: a module imports its own part, or one that stands before it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chronos.resources import PACKAGE

# From the ground up. A part may import itself and all that stand above it in this list.
LAYERS: list[set[str]] = [
    {
        "errors",
        "resources",
        "metrics",
        "kafka_protocol",
        "kafka_state",
        "kafka_budget",
        "kafka_away",
        "masking",
    },
    {"models", "settings", "database"},
    {
        "addresses",
        "event_time",
        "spool",
        "outbox",
        "kafka_admin",
        "kafka_look",
        "kafka_group",
        "kafka_reader",
        "migrations",
    },
    {"log_output", "public_port", "probing", "demo", "dashboards"},
    {"extensions"},
    {"producer", "consumer", "lifecycle", "listening", "loop_lag", "windows"},
    {"app"},
    {"topics", "tables", "windowing"},
    {"views"},
    {"sinks"},
    {"delivery", "recall", "health", "live", "watch", "testing", "web.access"},
    {"services"},
    {"agents", "web"},
    {"embedded"},
    {"containers"},
    {"cli"},
    {"__main__"},
]
RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}


def name_of(path: Path) -> str:
    """A module's name below ``chronos``; empty for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def part_of(module: str) -> str:
    """The longest part in LAYERS to which a module belongs."""
    fitting = [part for part in RANK if f"{module}.".startswith(f"{part}.")]
    assert fitting, f"chronos.{module} stands in no layer: say where it belongs"
    return max(fitting, key=len)


def imports(path: Path) -> Iterator[str]:
    """The full names of all modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner.removeprefix("chronos.") in MODULES else node.module


def own_imports(module: str) -> list[str]:
    """What a module imports of Chronos, below ``chronos``."""
    return [name.removeprefix("chronos.") for name in imports(MODULES[module]) if name.startswith("chronos.")]


each_module = pytest.mark.parametrize("module", [name for name in MODULES if name])


@each_module
def test_imports_only_its_own_part_or_one_that_stands_before_it(module: str) -> None:
    part = part_of(module)
    wrong = [
        name for name in own_imports(module) if part_of(name) != part and RANK[part_of(name)] >= RANK[part]
    ]
    assert wrong == []


@pytest.mark.parametrize("module", [name for name in MODULES if name.partition(".")[0] == "models"])
def test_models_import_only_faust_msgspec_and_the_standard_library(module: str) -> None:
    allowed = sys.stdlib_module_names | {"faust", "msgspec"}
    ours = ("chronos.models", "chronos.errors")
    assert [
        name
        for name in imports(MODULES[module])
        if name.partition(".")[0] not in allowed and not name.startswith(ours)
    ] == []


def test_the_package_itself_imports_nothing_of_its_own() -> None:
    assert own_imports("") == []


@pytest.mark.parametrize("forbidden", ["agents", "tables", "web", "topics", "sinks", "services"])
def test_the_app_imports_none_of_what_is_discovered(forbidden: str) -> None:
    assert [name for name in own_imports("app") if part_of(name) == forbidden] == []


@each_module
def test_no_agent_is_imported_by_anything_but_an_agent(module: str) -> None:
    if part_of(module) != "agents":
        assert [name for name in own_imports(module) if part_of(name) == "agents"] == []


def environment_reads(path: Path) -> list[int]:
    """The lines in which a file names ``os.environ`` or ``os.getenv``."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
    ]


# The command line hands its environment on to the processes that it starts.
READ_IT = ("settings", "embedded", "containers", "cli")


@pytest.mark.parametrize("module", [name for name in MODULES if name.partition(".")[0] not in READ_IT])
def test_only_the_settings_read_the_environment(module: str) -> None:
    assert environment_reads(MODULES[module]) == []


def test_every_layer_is_there() -> None:
    assert {part_of(name) for name in MODULES if name} == set(RANK)


@each_module
def test_every_module_opens_with_what_it_is_for(module: str) -> None:
    text = ast.get_docstring(ast.parse(MODULES[module].read_text()))
    assert text
    assert text.splitlines()[0].endswith((".", "::", ":"))
