"""Edits ``[web] allowed_origins`` in ``chronos.toml``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import tomlkit
from pydantic import ValidationError
from tomlkit.items import Array

from chronos.cli.configfile import edited
from chronos.cli.errors import InvalidOrigin, OriginsFromEnvironment, UnknownOrigin
from chronos.settings import provenance
from chronos.settings.web import Web

LOCATION = ["web", "allowed_origins"]
LONG = 80  # characters, above which a list has a line for each origin


def add(origin: str) -> bool:
    """Let pages of ``origin`` send; False where it is in the list already. InvalidOrigin for what is none."""
    _check(origin)
    with _list() as origins:
        if origin in origins:
            return False
        origins.append(origin)
        if "\n" not in origins.as_string() and len(origins.as_string()) > LONG:
            origins.multiline(True)
    return True


def remove(origin: str) -> None:
    """Do not let them send any more; raise UnknownOrigin where it is not in the list."""
    with _list() as origins:
        if origin not in origins:
            raise UnknownOrigin(origin=origin, known=", ".join(origins) or "none")
        while origin in origins:
            origins.remove(origin)


def _check(origin: str) -> None:
    try:
        Web(allowed_origins=[origin])
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InvalidOrigin(reason=reason, hint=_hint(origin)) from error


def _hint(text: str) -> str:
    """The origin that somebody may have meant."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return ""
    place = parts.netloc.rpartition("@")[2]
    return f"; did you mean {parts.scheme}://{place}?" if place else ""


@contextmanager
def _list() -> Iterator[Array]:
    if variable := provenance.variable_of(LOCATION):
        raise OriginsFromEnvironment(variable=variable)
    with edited() as document:
        web: Any = document.get("web")
        if web is None:
            web = document["web"] = tomlkit.table()
        if "allowed_origins" not in web:
            web["allowed_origins"] = tomlkit.array()
        yield web["allowed_origins"]
