"""Settings whose values lie in files: ``CHRONOS_TIMESCALEDB_URL_FILE`` names one, as Docker's secrets do."""

from collections.abc import Collection, Mapping
from pathlib import Path

SUFFIX = "_FILE"


def named(environment: Mapping[str, str], known: Collection[str]) -> dict[str, Path]:
    """The file of each variable of ``known`` that is given by one; an empty name is none."""
    given = {variable: environment.get(variable + SUFFIX) for variable in known}
    return {variable: Path(file) for variable, file in given.items() if file}


def expanded(environment: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
    """``environment`` with what the files say in the place of their names; raise ValueError or OSError."""
    contents: dict[str, str] = {}
    for variable, file in named(environment, known).items():
        if environment.get(variable):
            raise ValueError(f"environment variables {variable} and {variable}{SUFFIX}: expected one of them")
        contents[variable] = read(variable, file)
    names = {variable + SUFFIX for variable in known}
    return {name: value for name, value in environment.items() if name not in names} | contents


def read(variable: str, file: Path) -> str:
    """What stands in ``file``, without the line end that editors add; raise OSError or ValueError."""
    place = f"environment variable {variable}{SUFFIX} = {str(file)!r}"
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError(f"{place}: expected a file of UTF-8 text") from None
    except OSError as error:
        raise OSError(f"{place}: {error.strerror}") from error
