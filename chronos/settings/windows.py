"""The settings of windows of event time, and the tables that declare more of them."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from chronos.settings.sections import Positive, Section


class DeclaredWindow(Section):
    """A view of windows of your own: what of which events is counted, by what."""

    event: str | None = Field(None, description="Event type; unset, events of every type are counted")
    key: str = Field(
        min_length=1, max_length=1000, description="What is counted: SQL that makes a text of an event"
    )
    filter: str | None = Field(
        None, min_length=1, max_length=1000, description="SQL that is true for the events that are counted"
    )
    about: str = Field("", max_length=200, description="What the view is for, in a line")


def _is_a_table(value: object) -> object:
    # What is no table declares no view: it is a setting that there is not.
    if not isinstance(value, dict | DeclaredWindow):
        raise PydanticCustomError("extra_forbidden", "no such setting")
    return value


class Windows(Section):
    """Counts by the time at which events happened; a table `[windows.NAME]` declares one of your own."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)
    __pydantic_extra__: dict[str, Annotated[DeclaredWindow, BeforeValidator(_is_a_table)]]

    enabled: bool = Field(True, description="Count in windows of event time")
    retention_hours: Positive = Field(48, description="How long windows are kept, in hours")
    lateness_hours: Positive = Field(
        24,
        description="How long after it happened an event is counted when it comes, in hours",
        validate_default=True,
    )
    late_after_seconds: float = Field(
        60.0, ge=0, description="An event that comes later than this is shown as late, in seconds"
    )
    store: Literal["rocksdb", "memory"] = Field(
        "rocksdb",
        description="Where a worker holds its windows; in memory, they are read again at each start",
    )

    @property
    def own(self) -> dict[str, DeclaredWindow]:
        """The views that tables declare, by name."""
        return dict(self.__pydantic_extra__ or {})

    @field_validator("lateness_hours")
    @classmethod
    def _is_over_before_windows_go(cls, hours: int, info: ValidationInfo) -> int:
        retention = info.data.get("retention_hours")
        if retention is not None and hours >= retention:
            raise ValueError(f"expected less than retention_hours, which is {retention}")
        return hours
