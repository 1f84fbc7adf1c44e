"""What a shell may offer in place of an argument: names from files and settings; nobody is asked."""

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from chronos.cli.ways.way import Way
    from chronos.settings import KeyFields

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
SERVICES = ("kafka", "postgres", "worker")
VIEW = re.compile(r"(?im)^\s*create\s+view\s+(\w+)")


def _offered(find: Callable[[click.Context], Iterable[tuple[str, str]]]) -> Complete:
    """Offers those (value, what it is) that go on with what was typed and were not named yet."""

    @wraps(find)
    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            found = list(find(context))
        except Exception:  # noqa: BLE001, a shell has no place for what is wrong with the settings
            return []
        given = context.params.get(parameter.name or "") or ()
        return [
            CompletionItem(value, help=about or None)
            for value, about in found
            if value.startswith(incomplete) and (isinstance(given, str) or value not in given)
        ]

    return complete


@_offered
def services(_: click.Context) -> Iterable[tuple[str, str]]:
    """Services, and the single ones of those that there are several of."""
    return [(name, "") for name in _way().names()]


@_offered
def logs(_: click.Context) -> Iterable[tuple[str, str]]:
    """All that has a log."""
    return [(name, "") for name in _way().logs()]


@_offered
def views(_: click.Context) -> Iterable[tuple[str, str]]:
    """The continuous views that files declare, with the first lines of these."""
    from chronos import resources
    from chronos.cli import project

    folders = (resources.sql("pipelinedb/views"), project.settings().pipelinedb.views)
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.glob("*.sql"))]
    return [(name, text.splitlines()[0].lstrip("- ")) for text in texts for name in VIEW.findall(text)]


@_offered
def windows(_: click.Context) -> Iterable[tuple[str, str]]:
    """The views of windows."""
    from chronos.cli import project
    from chronos.windows.declared import BUILT_IN

    own = project.settings().windows.own
    return [(one.name, one.about) for one in BUILT_IN] + [(name, one.about) for name, one in own.items()]


@_offered
def keys(_: click.Context) -> Iterable[tuple[str, str]]:
    """The keys that are not revoked, with their names."""
    from chronos.cli import project

    settings = project.settings()
    write: list[KeyFields] = [*settings.active_keys]
    return [(one.key, one.name) for one in (*write, *settings.active_read_keys)]


@_offered
def projects(_: click.Context) -> Iterable[tuple[str, str]]:
    """The projects that have a write key."""
    from chronos.cli import project

    return [(name, "") for name in dict.fromkeys(key.name for key in project.settings().active_keys)]


@_offered
def origins(_: click.Context) -> Iterable[tuple[str, str]]:
    """The origins that may send."""
    from chronos.cli import project

    return [(one, "") for one in project.settings().web.allowed_origins]


@_offered
def dashboards(_: click.Context) -> Iterable[tuple[str, str]]:
    """The dashboards that ship."""
    from chronos.dashboards import files

    return [(one.name, one.about) for one in files.all_files()]


def commands(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The commands below those that were named."""
    command: click.Command | None = context.find_root().command
    for name in context.params.get("names") or ():
        command = command.get_command(context, name) if isinstance(command, click.Group) else None
    found = command.commands.items() if isinstance(command, click.Group) else ()
    return [
        CompletionItem(name, help=inner.get_short_help_str())
        for name, inner in found
        if name.startswith(incomplete)
    ]


def _way() -> "Way":
    from chronos.cli import project, ways

    return ways.of(project.settings())
