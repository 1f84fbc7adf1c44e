"""Finds what packages offer by entry points, and what settings name as ``module:attribute``."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from chronos.settings import config_path, problems

SINKS, EVENTS, VIEWS, WINDOWS, AGENTS = (
    f"chronos.{kind}" for kind in ("sinks", "events", "views", "windows", "agents")
)


@dataclass(frozen=True)
class Offered:
    """Something of others: its name, ``module:attribute`` or a module alone, and who says so."""

    name: str
    reference: str
    source: str

    def load(self) -> Any:
        """Import it; raise CannotLoad, whatever goes wrong in code that is not ours."""
        module, _, attribute = self.reference.partition(":")
        try:
            found = import_module(module)
            for part in attribute.split(".") if attribute else ():
                found = getattr(found, part)
        except Exception as error:
            raise CannotLoad(f"{self.source}: {self.reference} cannot be imported: {said(error)}") from error
        return found

    def wrong(self, reason: str) -> "CannotLoad":
        """The error that says what is wrong with it."""
        return CannotLoad(f"{self.source}: {self.reference} {reason}")


class CannotLoad(Exception):
    """A line that says whose, where it is named, and what is wrong."""


def installed(group: str) -> list[Offered]:
    """What installed packages offer in a group of entry points, by name."""
    found = [Offered(point.name, point.value, _package(point)) for point in entry_points(group=group)]
    return sorted(found, key=lambda one: one.name)


def named(references: list[str], location: list[str]) -> Iterator[Offered]:
    """What a setting names; the folder of chronos.toml is on Python's path from then on."""
    for reference in references:
        beside_the_settings()
        yield Offered(reference, reference, problems.place(location))


def beside_the_settings() -> None:
    """Let modules be imported that lie beside chronos.toml, from wherever a command is called."""
    folder = str(config_path().parent)
    if folder not in sys.path:
        sys.path.append(folder)  # at the end, so that it hides nothing that is installed


def said(error: Exception) -> str:
    """An error of others in one line: ``ModuleNotFoundError: No module named 'x'``."""
    first = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def _package(point: EntryPoint) -> str:
    package = f"package {point.dist.name} {point.dist.version}" if point.dist else "an installed package"
    return f"{package}, entry point {point.name} of {point.group}"
