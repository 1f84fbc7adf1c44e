"""The streams that views read: the columns of each, and where their rows are found without PipelineDB."""

from dataclasses import dataclass

from chronos.models.events import EVENT_TYPES, EVENTS

TIMES = ("client_time", "time", "event_time")
COMMON = (*TIMES, "arrival_timestamp", "metadata")


@dataclass(frozen=True)
class Stream:
    """A stream, the columns that only it has, and the event types that flow into it."""

    name: str
    own: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All that a view may name."""
        return (*self.own, *COMMON)

    def rows(self, schema: str, metadata: str, with_metadata: bool) -> str:
        """A query of its rows out of tables of ``schema``; ``metadata`` is the table of that."""
        data = ", m.data as metadata" if with_metadata else ""
        joined = f" join {metadata} m on m.id = e.metadata_id" if with_metadata else ""
        own = "".join(f"e.{name}, " for name in self.own)
        times = ", ".join(f"e.{name}" for name in TIMES)
        return f"select {own}{times}, e.time as arrival_timestamp{data} from {self._source(schema)} e{joined}"

    def _source(self, schema: str) -> str:
        if self.name != EVENTS:
            return f"{schema}.{self.name}"
        parts = (
            f"select '{name}'::text as event_type, {', '.join(TIMES)}, metadata_id from {schema}.{name}"
            for name in self.types
        )
        return f"({' union all '.join(parts)})"


def streams() -> dict[str, Stream]:
    """All streams by name: one for each event type that there is, those of others, too, and `events`."""
    own = [Stream(name, tuple(event.columns()), (name,)) for name, event in EVENT_TYPES.items()]
    return {stream.name: stream for stream in (*own, Stream(EVENTS, ("event_type",), tuple(EVENT_TYPES)))}
