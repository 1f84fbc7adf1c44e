"""What somebody is told of an incident: that it has begun, that it has ended, or that this is a test."""

import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from chronos.watch.incidents import Incident

Place = tuple[str, str, str, float]
State = Literal["begun", "ended", "test"]


@dataclass(frozen=True)
class Notice:
    """A message; times are seconds since 1970."""

    incident: str
    subject: str
    state: State
    severity: str
    summary: str
    what_to_do: str
    since: float
    until: float | None = None
    value: float | None = None

    @classmethod
    def of(cls, incident: Incident) -> "Notice":
        """That an incident has begun or, where it has ended, that."""
        kind = incident.kind
        return cls(
            incident.name,
            incident.subject,
            "begun" if incident.ended is None else "ended",
            kind.severity,
            incident.summary,
            kind.what_to_do,
            incident.begun,
            incident.ended,
            incident.value,
        )

    @classmethod
    def test(cls, now: float) -> "Notice":
        """One that says that nothing is wrong."""
        return cls("test", "", "test", "warning", "this is a test: alerts arrive", "Nothing.", now)

    @property
    def place(self) -> Place:
        """What tells it from others."""
        return self.incident, self.subject, self.state, self.since

    @property
    def title(self) -> str:
        """One line: ``Chronos on HOST: broker_away 2 has begun``."""
        said = {"begun": "has begun", "ended": "is over", "test": "of alerts"}[self.state]
        return " ".join(f"Chronos on {socket.gethostname()}: {self.incident} {self.subject} {said}".split())

    @property
    def text(self) -> str:
        """What a mail says."""
        lines = [self.summary[0].upper() + self.summary[1:] + ".", "", f"Severity: {self.severity}"]
        lines.append(f"Since:    {_time(self.since)}")
        if self.until is not None:
            lines.append(f"Until:    {_time(self.until)}")
        elif self.state == "begun":
            lines += ["", f"What to do: {self.what_to_do}"]
        return "\n".join(lines) + "\n"

    def as_data(self) -> dict[str, Any]:
        """What a webhook is posted; ``until`` is null while it lasts."""
        return {
            "incident": self.incident,
            "subject": self.subject,
            "state": self.state,
            "since": _time(self.since),
            "until": None if self.until is None else _time(self.until),
            "severity": self.severity,
            "summary": self.summary,
            "what_to_do": self.what_to_do,
            "host": socket.gethostname(),
            "value": self.value,
            "text": self.title + ": " + self.summary,
        }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
