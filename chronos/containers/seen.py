"""What Docker says of containers, in the words of the other ways."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chronos.containers import names
from chronos.embedded.state import RESTARTING, RUNNING, STARTING, STOPPED, ServiceState

LONGEST = 300


def states(
    containers: Iterable[Mapping[str, Any]], project: str, web: str, addresses: Mapping[str, str]
) -> list[ServiceState]:
    """One for each container, as `docker inspect` gives it."""
    return [_state(one, project, web, addresses) for one in containers]


def _state(one: Mapping[str, Any], project: str, web: str, addresses: Mapping[str, str]) -> ServiceState:
    name = names.of_container(one["Name"].lstrip("/").removeprefix(f"{project}-"))
    state, health = one["State"], one["State"].get("Health") or {}
    runs = bool(state["Running"]) and not state.get("Restarting")
    return ServiceState(
        name=name,
        state=_word(state, health),
        pid=(state["Pid"] or None) if runs else None,
        create_time=datetime.fromisoformat(state["StartedAt"][:19] + "+00:00").timestamp() if runs else None,
        address=web if name == "proxy" else addresses.get(name),
        restarts=one.get("RestartCount", 0),
        error=_error(state, health),
    )


def _word(state: Mapping[str, Any], health: Mapping[str, Any]) -> str:
    if state.get("Restarting"):
        return RESTARTING
    if not state["Running"]:
        return STOPPED
    return STARTING if health.get("Status") == "starting" else RUNNING


def _error(state: Mapping[str, Any], health: Mapping[str, Any]) -> str | None:
    """Why it does not work, where it should: what its health check says, or how it ended."""
    if state.get("OOMKilled"):
        return "it was killed, since it needed more memory than its limit"
    if state.get("Error"):
        return str(state["Error"])[:LONGEST]
    if not state["Running"] or state.get("Restarting"):
        code = state.get("ExitCode", 0)
        # 143 and 130 are how a container ends that was asked to.
        return (
            f"it ended with exit code {code}"
            if code not in (0, 130, 137, 143) or state.get("Restarting")
            else None
        )
    if health.get("Status") == "unhealthy" or health.get("FailingStreak"):
        said = [entry["Output"].strip() for entry in health.get("Log") or [] if entry["ExitCode"]]
        return " ".join(said[-1].split())[:LONGEST] if said and said[-1] else "its health check fails"
    return None
