"""Installed packages as tests need them: modules and entry points in a folder of their own."""

from pathlib import Path

import pytest

SINK = """
from chronos.sinks import DataSink, Section

class Archive(DataSink):
    class Settings(Section):
        path: str
        most: int = 7

    def write(self, batch):
        pass

class Empty(DataSink):
    pass

class Loud(DataSink):
    def __init__(self, settings, context):
        raise OSError("no such disk")

    def write(self, batch):
        pass

class Odd(DataSink):
    Settings = dict

    def write(self, batch):
        pass
"""
EVENTS = """
from collections.abc import Mapping
from typing import Any
from chronos.models.events import Event

class Purchase(Event):
    wire_name = "purchases"

    product: str
    price: float
    items: Mapping[str, Any]
    client_time: float
    paid: bool = False
    coupon: str | None = None
"""
PURCHASES = "create table raw.purchases (\n"


def install(
    folder: Path, patch: pytest.MonkeyPatch, *, points: str = "", files: dict[str, str] | None = None
) -> None:
    """Put a package `shop` 1.2 with these entry points and files on the path."""
    about = folder / "shop-1.2.dist-info"
    about.mkdir(parents=True, exist_ok=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1.2\n")
    (about / "entry_points.txt").write_text(points)
    for name, text in (files or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    patch.syspath_prepend(str(folder))
