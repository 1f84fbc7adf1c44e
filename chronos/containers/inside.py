"""Asks a worker from within its container: ``python -m chronos.containers.inside PATH``, which prints JSON.

A worker answers everything to its own machine, which in a container is that container alone. So the commands
of whoever may use Docker need no read key, and no way through the proxy.
"""

import json
import os
import sys

from chronos import probing

SECONDS = 60.0


def url(path: str) -> str:
    """The address of ``path`` at the worker of this container."""
    return f"http://127.0.0.1:{os.environ.get('CHRONOS_WEB_PORT', '6066')}{path}"


def ask(container: str, path: str, seconds: float) -> probing.Answer:
    """What the worker in ``container`` answers; OSError where it does not."""
    # In the container, where this has to begin quickly, nothing of Docker is needed.
    from chronos.containers import engine
    from chronos.containers.errors import ContainerError, Late

    command = ["docker", "exec", container, "python", "-m", "chronos.containers.inside", path]
    try:
        said = json.loads(engine.run(command, seconds=seconds))
    except Late as late:
        raise OSError(f"no answer within {seconds:g} s") from late
    except ContainerError as error:
        raise OSError(str(error)) from error
    return probing.Answer(said["status"], said["body"].encode())


if __name__ == "__main__":
    try:
        answer = probing.get(url(sys.argv[1]), SECONDS)
    except OSError as error:
        sys.exit(f"the worker does not answer ({error})")
    print(json.dumps({"status": answer.status, "body": answer.body.decode("utf-8", "replace")}))
