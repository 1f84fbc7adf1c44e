"""Asks a worker from within its container: ``python -m chronos.containers.inside PATH``, which prints JSON.

Without PATH it reads paths, one a line, and prints a line for each, so that many questions take one process.
A worker answers everything to its own machine, which in a container is that container alone. So the commands
of whoever may use Docker need no read key, and no way through the proxy.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chronos import probing

SECONDS = 60.0


def url(path: str) -> str:
    """The address of ``path`` at the worker of this container."""
    return f"http://127.0.0.1:{os.environ.get('CHRONOS_WEB_PORT', '6066')}{path}"


def ask(container: str, path: str, seconds: float) -> probing.Answer:
    """What the worker in ``container`` answers; OSError where it does not."""
    # In the container, where this has to begin quickly, nothing of Docker is needed.
    from chronos.containers import engine

    with _telling(seconds):
        return _answer(engine.run([*_command(container), path], seconds=seconds))


@contextmanager
def talking(container: str) -> Iterator[Callable[[str, float], probing.Answer]]:
    """Yield what does as ``ask`` with this ``container``, in one process for all questions."""
    from chronos.containers.conversation import Conversation

    with Conversation(_command(container, "--interactive")) as process:

        def ask(path: str, seconds: float) -> probing.Answer:
            with _telling(seconds):
                return _answer(process.ask(path, seconds))

        yield ask


def _command(container: str, *options: str) -> list[str]:
    return ["docker", "exec", *options, container, "python", "-m", "chronos.containers.inside"]


def _answer(said: str) -> probing.Answer:
    found = json.loads(said)
    return probing.Answer(found["status"], found["body"].encode())


@contextmanager
def _telling(seconds: float) -> Iterator[None]:
    """OSError for what Docker cannot do."""
    from chronos.containers.errors import ContainerError, Late

    try:
        yield
    except Late as late:
        raise OSError(f"no answer within {seconds:g} s") from late
    except ContainerError as error:
        raise OSError(str(error)) from error


if __name__ == "__main__":
    for asked in sys.argv[1:] or sys.stdin:
        try:
            answer = probing.get(url(asked.strip()), SECONDS)
        except OSError as error:
            sys.exit(f"the worker does not answer ({error})")
        body = answer.body.decode("utf-8", "replace")
        print(json.dumps({"status": answer.status, "body": body}), flush=True)
