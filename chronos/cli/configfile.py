"""Edits ``chronos.toml`` and leaves everything else in it as it was."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.toml_document import TOMLDocument

from chronos.cli import project
from chronos.cli.errors import CannotWrite
from chronos.embedded import files
from chronos.errors import NotInitialised
from chronos.settings import config_path


@contextmanager
def edited() -> Iterator[TOMLDocument]:
    """The file as a document, written back whole at the end if it changed; nobody else edits it meanwhile.

    NotInitialised where there is none.
    """
    path = config_path().resolve()
    if not path.exists():
        raise NotInitialised(path=path)
    project.settings()  # what is wrong with the file is said before it is touched
    with files.locked(path.with_name(f".{path.name}.lock")):
        text = path.read_text(encoding="utf-8")
        document = tomlkit.parse(text)
        yield document
        if (now := tomlkit.dumps(document)) != text:
            _replace(path, now)
            _publish()


@contextmanager
def without_what_follows(entry: Any) -> Iterator[list[Any]]:
    """Set aside the blank lines and comments after ``entry``, which tomlkit takes for a part of it."""
    body = entry.value.body
    following: list[Any] = []
    while body and body[-1][0] is None:
        following.insert(0, body.pop())
    yield following
    body.extend(following)


def set_value(table: str, name: str, value: Any) -> None:
    """Set ``name`` in ``[table]``."""
    with edited() as document:
        if table not in document:
            document[table] = {}
        if name in document[table]:
            document[table][name] = value
            return
        with without_what_follows(document[table]):
            document[table][name] = value


def _publish() -> None:
    from chronos.cli import ways

    ways.of(project.settings()).publish()


def _replace(path: Path, text: str) -> None:
    try:
        files.write_whole(path, text, stat.S_IMODE(path.stat().st_mode))
    except OSError as error:
        raise CannotWrite(path=path, reason=error.strerror or error) from error
