"""The data sinks that there are, and those that ``[sinks.NAME]`` of chronos.toml switches on."""

import inspect
import re
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from chronos.errors import ConfigurationError
from chronos.extensions.data_sink import Context, DataSink
from chronos.extensions.finding import SINKS, CannotLoad, Offered, beside_the_settings, installed, said
from chronos.settings import Settings, config_path, problems
from chronos.settings.extensions import DeclaredSink

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Of agents and sinks of ours: metrics, health and watermarks have them.
TAKEN = ("store_events", "feed_views", "count_windows", "apply_deltas", "keep_dead_letters", "verdicts")


@dataclass(frozen=True)
class Declared:
    """A sink that is switched on, and what it is made of: ``module:Class`` and whose."""

    sink: DataSink
    offered: Offered

    @property
    def name(self) -> str:
        """Its name here: that of its table."""
        return self.sink.context.name


def declared(settings: Settings) -> list[Declared]:
    """Make those that are switched on; raise ConfigurationError with a line for each thing that is wrong."""
    found, wrong = [], []
    for name, table in settings.sinks.own.items():
        try:
            found.append(_declared(name, table, settings))
        except (CannotLoad, ValidationError) as error:
            wrong += _lines(error, name)
    if wrong:
        raise ConfigurationError(problems="\n".join(wrong))
    return found


def _declared(name: str, table: DeclaredSink, settings: Settings) -> Declared:
    offered = _offered(name, table)
    kind = offered.load()
    if not (inspect.isclass(kind) and issubclass(kind, DataSink)):
        raise offered.wrong("is no chronos.sinks.DataSink")
    if inspect.isabstract(kind):
        missing = ", ".join(sorted(kind.__abstractmethods__))
        raise offered.wrong(f"lacks what a sink has to have: {missing}")
    own = _validated(offered, kind, table)
    context = Context(name, settings.kafka.events_topic, settings.limits, config_path().parent, settings.home)
    try:
        return Declared(kind(own, context), offered)
    except Exception as error:  # whatever code that is not ours may do
        raise offered.wrong(f"cannot be made: {said(error)}") from error


def _validated(offered: Offered, kind: type[DataSink], table: DeclaredSink) -> Any:
    if not (inspect.isclass(kind.Settings) and issubclass(kind.Settings, BaseModel)):
        raise offered.wrong("has Settings that are no pydantic model")
    return kind.Settings.model_validate(table.own)


def _offered(name: str, table: DeclaredSink) -> Offered:
    place = ["sinks", name]
    if not NAME.fullmatch(name) or name in TAKEN:
        raise CannotLoad(
            problems.of_key(
                place, f"a name has lower-case letters, digits and `_`, and is none of {', '.join(TAKEN)}"
            )
        )
    if table.use and ":" in table.use:
        beside_the_settings()
        return Offered(name, table.use, problems.place([*place, "use"]))
    wanted = table.use or name
    known = {one.name: one for one in installed(SINKS)}
    if wanted not in known:
        raise CannotLoad(
            problems.of_key(
                place,
                f"no installed package has a sink {wanted}: known are {', '.join(known) or 'none'};"
                ' `use = "module:Class"` names one directly',
            )
        )
    return known[wanted]


def _lines(error: CannotLoad | ValidationError, name: str) -> list[str]:
    if isinstance(error, CannotLoad):
        return [str(error)]
    return problems.of_table(error, "sinks", name)
