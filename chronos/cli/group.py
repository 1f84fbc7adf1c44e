"""Commands with commands below them, which say what was meant where one is mistyped."""

import difflib
from collections.abc import Sequence

import click


class Group(click.Group):
    """A group that names the command that is closest to one that it does not have."""

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first of ``arguments`` names, or wrong usage."""
        name = arguments[0]
        if self.get_command(context, name) or name.startswith("-") or context.resilient_parsing:
            return super().resolve_command(context, arguments)
        raise click.UsageError(unknown(self, [*context.command_path.split()[1:], name]), context)


def unknown(above: click.Command, names: Sequence[str]) -> str:
    """That there is no command of these ``names``, which lead to it; the last is not below ``above``."""
    if not isinstance(above, click.Group):
        return f"there is no command {' '.join(names)!r}: {names[-2]} has none below it"
    close = difflib.get_close_matches(names[-1], above.commands, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(above.commands)}"
    return f"there is no command {' '.join(names)!r}: {hint}"
