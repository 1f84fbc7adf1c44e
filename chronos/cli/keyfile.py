"""Edits the keys in ``chronos.toml`` and leaves everything else in it as it was."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import tomlkit
from tomlkit.items import AoT, InlineTable
from tomlkit.toml_document import TOMLDocument

from chronos.cli.configfile import edited, without_what_follows
from chronos.cli.errors import InvalidKeyName, KeysFromEnvironment, UnknownKey
from chronos.cli.template import fresh_key

LONGEST_NAME = 100
WRITE, READ = "write_keys", "read_keys"


def add(name: str, kind: str = WRITE) -> str:
    """Add a fresh key, to write for the project ``name`` or for ``name`` to read, and return it."""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidKeyName(name=name)
    fields = fresh_key(name)
    with _edited() as document:
        keys = document.setdefault(kind, tomlkit.aot())
        if isinstance(keys, AoT):
            _append_table(keys, fields)
        else:
            keys.append(_inline(fields))
    return str(fields["key"])


def revoke(key: str) -> str:
    """Mark ``key`` as revoked, unless it is; say since when, UnknownKey where there is no such key."""
    with _edited() as document:
        tables = [document.get(kind, []) for kind in (WRITE, READ)]
        places = [(keys, place) for keys in tables for place, one in enumerate(keys) if _key(one) == key]
        if not places:
            raise UnknownKey(key=key)
        keys, place = places[0]
        entry = keys[place]
        if isinstance(entry, str):
            # The short form, a key and nothing else, cannot say that it is revoked.
            keys[place] = entry = _inline({"key": entry})
        with without_what_follows(entry):
            entry.setdefault("revoked", datetime.now(UTC).replace(microsecond=0))
        return f"since {entry['revoked']}"


def _key(entry: Any) -> str:
    return str(entry if isinstance(entry, str) else entry["key"])


def _inline(fields: dict[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(fields)
    return table


def _append_table(keys: AoT, fields: dict[str, Any]) -> None:
    if not keys:
        keys.append(tomlkit.item(fields))
        return
    with without_what_follows(keys[-1]) as following:
        keys[-1].add(tomlkit.nl())
        keys.append(tomlkit.item(fields))
        # Comments that introduce the next table stay in front of it.
        keys[-1].value.body.extend(following)
        following.clear()


@contextmanager
def _edited() -> Iterator[TOMLDocument]:
    if {"CHRONOS_WRITE_KEYS", "CHRONOS_WRITE_KEYS_FILE"} & os.environ.keys():
        raise KeysFromEnvironment
    with edited() as document:
        yield document
