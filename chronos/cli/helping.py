"""`chronos help`."""

import click

from chronos.cli import completing
from chronos.cli.group import unknown


@click.command("help")
@click.argument("names", metavar="[COMMAND]...", nargs=-1, shell_complete=completing.commands)
@click.pass_context
def help_of(context: click.Context, names: tuple[str, ...]) -> None:
    """Show the help of COMMAND, as its option --help does; without one, of all.

    \b
    Examples:
      chronos help
      chronos help start
      chronos help key new
    """
    inner = context.find_root()
    for place, name in enumerate(names):
        found = inner.command.get_command(inner, name) if isinstance(inner.command, click.Group) else None
        if found is None:
            raise click.UsageError(unknown(inner.command, names[: place + 1]))
        inner = click.Context(found, info_name=name, parent=inner)
    click.echo(inner.command.get_help(inner))
