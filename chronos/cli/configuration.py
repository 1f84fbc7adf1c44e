"""`chronos config`: what is set, where, and whether it is right."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chronos.cli.group import Group

if TYPE_CHECKING:
    from chronos.settings import Settings
    from chronos.settings.provenance import Setting

COLUMN = 44  # characters


@click.group("config", cls=Group)
def config() -> None:
    """Show the settings and where each comes from, or say what is wrong with them.

    \b
    Examples:
      chronos config show
      chronos config check
    """


@config.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--secrets", is_flag=True, help="Show keys and passwords, too.")
def show(as_json: bool, secrets: bool) -> None:
    """Show every setting, its value and where it comes from, as lines of a chronos.toml.

    That is the default, a line of the file, or a variable of the environment, which wins. Keys and passwords
    are masked.

    \b
    Examples:
      chronos config show
      chronos config show | grep -v "# default"
      chronos config show --json --secrets
    """
    from chronos.cli import project
    from chronos.masking import masked
    from chronos.settings import provenance

    found = provenance.every(project.settings())
    values = {one.name: one.value if secrets else masked(one.name, one.value) for one in found}
    if as_json:
        rows = [
            {"name": one.name, "value": values[one.name], "source": one.source, "place": one.place}
            for one in found
        ]
        click.echo(json.dumps(rows, indent=2, default=str))
        return
    for one in found:
        click.echo(_line(one, values[one.name]))


@config.command()
def check() -> None:
    """Say all that is wrong with the settings, where it stands and what would be right; exit code 1 then.

    What is legal and yet doubtful is said, too. Views and windows of your own are checked with them. Nothing
    is asked but files and the environment.

    \b
    Examples:
      chronos config check
      CHRONOS_CONFIG=/etc/chronos.toml chronos config check
    """
    from chronos.cli import doubts, project
    from chronos.errors import ConfigurationError
    from chronos.settings import config_path

    try:
        settings = project.settings()
    except ConfigurationError as error:
        wrong, doubtful = str(error).splitlines(), []
    else:
        wrong, doubtful = list(_declarations(settings)), doubts.doubts(settings, config_path())
    for line in wrong:
        click.echo(f"Wrong:    {line}")
    for line in doubtful:
        click.echo(f"Doubtful: {line}")
    click.echo(_summary(len(wrong), len(doubtful)))
    sys.exit(1 if wrong else 0)


def _declarations(settings: "Settings") -> Iterator[str]:
    """What is wrong with views and windows of one's own."""
    from chronos.errors import ConfigurationError
    from chronos.extensions import events
    from chronos.views import catalog
    from chronos.windows import declared

    try:
        events.load(settings)  # views and windows may be of event types that packages bring
        declared.declared(settings)
    except ConfigurationError as error:
        yield from str(error).splitlines()
    _, refused = catalog.readable(catalog.files(settings.pipelinedb.views))
    yield from map(str, refused)


def _summary(wrong: int, doubtful: int) -> str:
    if not wrong and not doubtful:
        return "All is right"
    mistakes = f"{wrong} thing{'s' * (wrong != 1)} wrong" if wrong else "Nothing is wrong"
    return f"{mistakes}, {doubtful} doubtful" if doubtful or not wrong else mistakes


def _line(one: "Setting", value: Any) -> str:
    text = f"# {one.name} is unset" if value is None else f"{one.name} = {_toml(value)}"
    return f"{text:<{COLUMN}}  # {_place(one)}"


def _toml(value: Any) -> str:
    """A value as it stands in a chronos.toml, in one line."""
    import tomlkit

    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name} = {_toml(inner)}' for name, inner in value.items())}}}"
    return str(tomlkit.item(value).as_string())


def _place(one: "Setting") -> str:
    if one.place is None:
        return "default"
    return _short(one.place) if one.source == "file" else f"environment variable {one.place}"


def _short(place: str) -> str:
    path = Path(place)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else place
