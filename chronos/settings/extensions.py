"""The settings of what is yours: modules and event types, and the tables that switch data sinks on."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from chronos.settings.sections import Section


class App(Section):
    """Python of your own that workers take along; the folder of chronos.toml is on Python's path."""

    modules: list[str] = Field(
        default_factory=list, description="Modules that each worker imports after ours, agents say"
    )
    events: list[str] = Field(
        default_factory=list,
        description="Event types of your own, as module:Class; those of installed packages are found",
    )


class DeclaredSink(Section):
    """A data sink that is switched on; what else stands in its table are the sink's own settings."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)
    __pydantic_extra__: dict[str, Any]

    use: str | None = Field(
        None, description="An installed sink by its name, or module:Class; unset, the one of the table's name"
    )

    @property
    def own(self) -> dict[str, Any]:
        """The sink's own settings, as they stand there."""
        return dict(self.__pydantic_extra__ or {})


def _is_a_table(value: object) -> object:
    # What is no table switches no sink on: it is a setting that there is not.
    if not isinstance(value, dict | DeclaredSink):
        raise PydanticCustomError("extra_forbidden", "no such setting")
    return value


class Sinks(Section):
    """A table `[sinks.NAME]` switches a data sink on, under that name."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)
    __pydantic_extra__: dict[str, Annotated[DeclaredSink, BeforeValidator(_is_a_table)]]

    @property
    def own(self) -> dict[str, DeclaredSink]:
        """The sinks that tables switch on, by name."""
        return dict(self.__pydantic_extra__ or {})
