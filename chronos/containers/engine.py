"""Calls the program `docker`, and says what is wrong with it in words that a person can act on."""

import json
import re
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chronos.containers.errors import CommandFailed, EngineAway, Late, NoCompose, NoDocker

# The first that knows `required: false` of a dependency and `format: raw` of a file of variables.
OLDEST_COMPOSE = (2, 30)
SECONDS = 60.0
LATE = "late"
AWAY = re.compile(
    r"cannot connect to the docker daemon|permission denied.*docker|is the docker daemon running", re.I
)


def check() -> None:
    """Raise NoDocker, NoCompose or EngineAway where the way in containers can't be gone."""
    output = run(["docker", "compose", "version", "--short"], error=_no_compose)
    found = tuple(int(number) for number in re.findall(r"\d+", output)[:2])
    if found < OLDEST_COMPOSE:
        raise NoCompose(needed=_text(OLDEST_COMPOSE), reason=f"it is {output.strip()}")
    run(["docker", "version", "--format", "{{.Server.Version}}"])


def run(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    error: Callable[[str], Exception] | None = None,
    seconds: float | None = SECONDS,
) -> str:
    """What ``command`` prints; NoDocker, EngineAway, or what ``error`` makes of its last words, otherwise."""
    try:
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except FileNotFoundError as missing:
        raise NoDocker from missing
    except subprocess.TimeoutExpired as late:
        raise Late(seconds=seconds or 0) from late
    if result.returncode:
        raise failure(command, result.stderr or result.stdout, error)
    return result.stdout


def stream(
    command: Sequence[str],
    environment: Mapping[str, str] | None,
    tell: Callable[[str], None],
    seconds: float | None = None,
) -> list[str]:
    """Run ``command``, ``tell`` each line that it says, and return them; the last is its exit code.

    After ``seconds`` it is ended, and that is LATE.
    """
    said: list[str] = []
    try:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    except FileNotFoundError as missing:
        raise NoDocker from missing
    late = threading.Event()

    def end() -> None:
        late.set()
        process.terminate()

    timer = threading.Timer(seconds or 0, end)
    with process:
        if seconds:
            timer.start()
        assert process.stdout
        for line in process.stdout:
            said.append(line.rstrip())
            tell(said[-1])
        timer.cancel()
    # Compose ends with a code of its own when it is told to.
    return [*said, LATE if late.is_set() else str(process.returncode)]


def failure(command: Sequence[str], said: str, error: Callable[[str], Exception] | None = None) -> Exception:
    """The error for a command that ended with ``said``."""
    reason = last_words(said)
    if AWAY.search(said):
        return EngineAway(reason=reason)
    return error(reason) if error else CommandFailed(command=" ".join(command[:3]), reason=reason)


def last_words(said: str) -> str:
    """The last line that says something, without what Docker puts before it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    text = lines[-1] if lines else "it said nothing"
    return re.sub(r"^(error|Error response from daemon|ERROR):\s*", "", text, flags=re.IGNORECASE)[:400]


def objects(text: str) -> list[dict[str, Any]]:
    """JSON as Docker prints it: one list, or an object on each line."""
    if text.lstrip().startswith("["):
        found: list[dict[str, Any]] = json.loads(text)
        return found
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _no_compose(reason: str) -> Exception:
    return NoCompose(needed=_text(OLDEST_COMPOSE), reason=reason)


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
