"""Continuous views of installed packages: an entry point names a package in whose folder files are."""

from importlib.util import find_spec
from pathlib import Path

from chronos.errors import ConfigurationError
from chronos.extensions.finding import VIEWS, CannotLoad, Offered, installed, said


def files() -> list[Path]:
    """The files that end in ``.sql``; raise ConfigurationError for a package that there is not."""
    found: list[Path] = []
    wrong = []
    for offered in installed(VIEWS):
        try:
            found += _files(offered)
        except CannotLoad as error:
            wrong.append(str(error))
    if wrong:
        raise ConfigurationError(problems="\n".join(wrong))
    return found


def _files(offered: Offered) -> list[Path]:
    try:
        spec = find_spec(offered.reference)
    except Exception as error:  # a package above it may do anything when it is imported
        raise offered.wrong(f"cannot be found: {said(error)}") from error
    folders = [] if spec is None else list(spec.submodule_search_locations or ())
    files = sorted(path for folder in folders for path in Path(folder).glob("*.sql"))
    if not files:
        raise offered.wrong("is no package with files that end in .sql")
    return files
