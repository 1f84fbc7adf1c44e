"""Write keys and read keys, as the settings have them."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from chronos.settings.sections import Section


def _key_from_text(value: object) -> object:
    return {"key": value} if isinstance(value, str) else value


class KeyFields(Section):
    """A key, and since when it is one."""

    key: str = Field(min_length=16, max_length=200, pattern=r"^[!#-\[\]-~]+$", description="The key itself")
    name: str = Field("default", min_length=1, max_length=100, description="What it is for")
    created: datetime | None = Field(None, description="When it was made")
    revoked: datetime | None = Field(None, description="Since when it is refused")


class WriteKeyFields(KeyFields):
    """A key that the tracker sends with each beacon; it lets a page write, never read."""

    name: str = Field("default", min_length=1, max_length=100, description="The project of its events")


class ReadKeyFields(KeyFields):
    """A key that lets people and programs read from elsewhere, never write."""

    name: str = Field("default", min_length=1, max_length=100, description="Who reads with it")


WriteKey = Annotated[WriteKeyFields, BeforeValidator(_key_from_text)]
ReadKey = Annotated[ReadKeyFields, BeforeValidator(_key_from_text)]
