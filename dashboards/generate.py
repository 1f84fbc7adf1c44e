"""Writes Grafana's dashboards: ``python -m dashboards.generate [--check]``.

With ``--check`` nothing is written: exit code 1, and the names of the files that are stale.
"""

import sys
from pathlib import Path

import click

from dashboards.build import as_json
from dashboards.catalog import DASHBOARDS

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docker" / "grafana" / "dashboards"


def files() -> dict[Path, str]:
    """Each file with what it should be."""
    return {FOLDER / f"{number}-{one.name}.json": as_json(one) for number, one in enumerate(DASHBOARDS, 1)}


def stale() -> dict[Path, str | None]:
    """The files that are not what the source makes of them, with what they should be; None: not there."""
    fresh = files()
    found: dict[Path, str | None] = {
        path: text for path, text in fresh.items() if not path.exists() or path.read_text() != text
    }
    return found | {path: None for path in FOLDER.glob("*.json") if path not in fresh}


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 where something is stale.")
def main(check: bool) -> None:
    """Write the dashboards in docker/grafana/dashboards anew."""
    found = stale()
    for path, text in found.items():
        name = path.relative_to(ROOT)
        if check:
            click.echo(f"{name} is stale: run `make docs`", err=True)
        elif text is None:
            path.unlink()
            click.echo(f"Removed {name}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            click.echo(f"Wrote {name}")
    sys.exit(1 if check and found else 0)


if __name__ == "__main__":
    main()
