"""The logs of several containers as one, by time."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence

from chronos.containers.errors import NoDocker


def merged(containers: Mapping[str, str], options: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(service, line) of all ``containers``, which are given by service; ``options`` are of `docker logs`."""
    found = [
        (stamp, name, text)
        for name, container in containers.items()
        for stamp, _, text in (line.partition(" ") for line in _lines(container, options))
    ]
    # Docker writes times so that they sort as text; lines of one container stay as they came.
    for _, name, text in sorted(found, key=lambda line: line[0]):
        yield name, text


def _lines(container: str, options: Sequence[str]) -> list[str]:
    command = ["docker", "logs", "--timestamps", *options, container]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except FileNotFoundError as missing:
        raise NoDocker from missing
    return done.stdout.decode("utf-8", "replace").splitlines()
