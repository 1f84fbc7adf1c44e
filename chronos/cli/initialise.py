"""`chronos init`."""

from pathlib import Path

import click


@click.command()
@click.option("--force", is_flag=True, help="Replace the file that is there, and the keys in it.")
def init(force: bool) -> None:
    """Write chronos.toml: every setting with its default, and a fresh key.

    \b
    Examples:
      chronos init
      CHRONOS_CONFIG=/etc/chronos.toml chronos init
    """
    from chronos.embedded.backup import unfinished
    from chronos.embedded.home import Home
    from chronos.settings import config_path, usual_home

    path = config_path()
    unfinished.check(Home(usual_home()))  # which brings its own file back
    _refuse_to_replace(path, force)
    _write(path)
    click.echo(f"Wrote {path}\nNext: `chronos start`")


def _refuse_to_replace(path: Path, force: bool) -> None:
    from chronos.cli.errors import AlreadyInitialised

    if path.exists() and not force:
        raise AlreadyInitialised(path=path)


def _write(path: Path) -> None:
    from chronos.cli.errors import CannotWrite
    from chronos.cli.template import fresh
    from chronos.embedded.files import write_whole

    try:
        write_whole(path, fresh())
    except OSError as error:
        raise CannotWrite(path=path, reason=error.strerror or error) from error
