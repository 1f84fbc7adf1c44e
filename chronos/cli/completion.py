"""`chronos completion`."""

import click
from click.shell_completion import get_completion_class

PROGRAM = "chronos"
VARIABLE = "_CHRONOS_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what teaches a shell to complete commands, options, services, views, windows, keys and origins.

    Put a line into the file that your shell reads when it starts, and open a new one: with bash ~/.bashrc,
    with zsh ~/.zshrc behind compinit. `chronos` has to be found on the PATH then.

    \b
    Examples:
      echo 'eval "$(chronos completion bash)"' >> ~/.bashrc
      echo 'eval "$(chronos completion zsh)"' >> ~/.zshrc
      chronos completion fish > ~/.config/fish/completions/chronos.fish
    """
    kind = get_completion_class(shell)
    assert kind  # click knows the shells that are a choice
    click.echo(kind(context.find_root().command, {}, PROGRAM, VARIABLE).source())
