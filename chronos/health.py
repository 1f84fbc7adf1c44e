"""How a worker is: ready, or waiting and for what."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chronos.sinks.runner import SinkRunner


@dataclass
class Health:
    """Asks the parts of a worker; their ``problem`` is None when all is well."""

    deployment: str
    delivery_problem: Callable[[], str | None]
    refusal: Callable[[], str | None]
    spooled: Callable[[], int]
    has_started: Callable[[], bool]
    is_stopping: Callable[[], bool]
    recovering: Callable[[], list[int]]  # partitions of windows
    sinks: dict[str, SinkRunner[Any]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)  # what nothing waits for, and a person should mend
    incidents: list[str] = field(default_factory=list)  # that last, of this worker and of all
    refused_origins: Callable[[], list[str]] = list

    def problems(self) -> list[str]:
        """One sentence for each part that waits."""
        found = [] if self.has_started() else ["the worker is starting"]
        if problem := self.delivery_problem():
            found.append(f"Kafka: {problem}")
        return found + self._waiting(are_needed=True)

    def _waiting(self, are_needed: bool) -> list[str]:
        return [
            f"{name} waits: {runner.problem}"
            for name, runner in self.sinks.items()
            if runner.problem and runner.is_needed == are_needed
        ]

    def parts(self) -> list[dict[str, Any]]:
        """Each part of this worker: ``{"name", "works", "says"}``, the last in words."""
        kafka, waiting = self.delivery_problem(), self.spooled()
        found = [
            ("worker", None if self.has_started() else "is starting", "takes its part"),
            ("kafka", kafka, "takes every beacon"),
            ("spool", None, f"keeps {waiting:,} until Kafka takes them" if waiting else "is empty"),
            *((name, runner.problem, "keeps up") for name, runner in self.sinks.items()),
            *(("windows", f"bring back partitions {numbers}", "") for numbers in self._brought_back()),
        ]
        return [
            {"name": name, "works": problem is None, "says": problem or well} for name, problem, well in found
        ]

    def report(self) -> dict[str, Any]:
        """``{"status", "problems", "remarks", "spooled", "recovering_partitions", "deployment"}``.

        The status is ``"ready"`` or ``"waiting"``. The partitions are those of windows that are being brought
        back: until then answers lack them. By the last, commands tell a worker of theirs from one of another
        project that has the same port.
        """
        problems = self.problems()
        return {
            "status": "waiting" if problems else "ready",
            "problems": problems,
            "remarks": [
                *self.remarks,
                *self.incidents,
                *self._waiting(are_needed=False),
                *self.refused_origins(),
            ],
            "spooled": self.spooled(),
            "recovering_partitions": self.recovering(),
            "deployment": self.deployment,
        }

    def readiness(self) -> dict[str, Any]:
        """``{"status": "ready" | "unready", "reasons": [...]}``: whether beacons may be sent here.

        What a worker does behind that, storing and counting, waits for its database without losing anything;
        another worker would wait for the same one.
        """
        reasons = ["the worker is stopping"] if self.is_stopping() else []
        if refusal := self.refusal():
            reasons.append(refusal)
        return {"status": "unready" if reasons else "ready", "reasons": reasons}

    def _brought_back(self) -> list[str]:
        numbers = ", ".join(map(str, self.recovering()))
        return [numbers] if numbers else []
