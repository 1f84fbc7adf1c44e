"""`chronos help`."""

import difflib

import click

from chronos.cli import completing


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
            raise click.UsageError(_unknown(inner.command, names[: place + 1]))
        inner = click.Context(found, info_name=name, parent=inner)
    click.echo(inner.command.get_help(inner))


def _unknown(above: click.Command, names: tuple[str, ...]) -> str:
    if not isinstance(above, click.Group):
        return f"there is no command {' '.join(names)!r}: {names[-2]} has none below it"
    close = difflib.get_close_matches(names[-1], above.commands, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(above.commands)}"
    return f"there is no command {' '.join(names)!r}: {hint}"
