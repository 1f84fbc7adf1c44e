"""`chronos backup` and `chronos restore`."""

from pathlib import Path

import click

quiet = click.option("--quiet", is_flag=True, help="Print nothing but errors.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@quiet
def backup(folder: Path, quiet: bool) -> None:
    """Back up what runs here into the new FOLDER: PostgreSQL, Kafka, the spool, chronos.toml.

    The database and the workers go on. Kafka is away for some seconds, in which beacons go to the spool, so
    none is refused. What was answered with success before the time that is printed is in the backup. It holds
    everything that visitors sent, and the keys: keep it as you keep those.

    \b
    Examples:
      chronos backup /backup/chronos-$(date +%F)
      chronos backup --quiet /backup/chronos-$(date +%F)    # from cron
    """
    from chronos.cli import project, ways
    from chronos.embedded.backup import taking

    settings = project.settings()
    ways.of(settings).check_is_here("backup")
    say = _silent if quiet else click.echo
    manifest = taking.take(settings, folder.absolute(), lambda part, what: say(f"{part:<10}  {what}"))
    say(f"{folder} has each beacon that was answered with success before {manifest.complete_until}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Only say whether the backup is whole.")
@quiet
def restore(folder: Path, only_check: bool, quiet: bool) -> None:
    """Put a backup back: FOLDER as `chronos backup` made it, into a state directory without data.

    Every file is compared with what it was. chronos.toml comes back where there is none. Afterwards
    `chronos start` goes on from where the backup ends.

    \b
    Examples:
      chronos restore --check /backup/chronos-2026-11-28
      mkdir shop && cd shop && chronos restore /backup/chronos-2026-11-28 && chronos start
    """
    from chronos import settings as settings_module
    from chronos.cli import ways
    from chronos.embedded.backup import restoring

    say = _silent if quiet else click.echo
    source = folder.absolute()
    manifest = restoring.check(source)
    say(f"{folder} is whole: each beacon that was answered with success before {manifest.complete_until}")
    if only_check:
        return
    path = settings_module.config_path()
    with restoring.configuration(source, path) as same:
        settings = settings_module.load()
        ways.of(settings).check_is_here("restore")
        restoring.restore(settings, source, manifest)
    say(f"Restored to {settings.home}; `chronos start` goes on from there")
    if not same:
        click.echo(f"{path} differs from the one in the backup, and was left as it is", err=True)


def _silent(text: str) -> None:
    pass
