"""Fixtures of the unit tests."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from memory_sink import Kafka, MemorySink

Run = Callable[..., subprocess.CompletedProcess[str]]

SOMEWHERE = {
    "CHRONOS_KAFKA_BOOTSTRAP": "127.0.0.1:1",
    "CHRONOS_TIMESCALEDB_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "CHRONOS_WRITE_KEYS": '["a-key-of-the-unit-tests"]',
}


@pytest.fixture
def sink() -> MemorySink:
    """A sink that keeps in memory what it is given."""
    return MemorySink()


@pytest.fixture
def kafka(sink: MemorySink) -> Kafka:
    """A Kafka for a runner around it."""
    return Kafka(sink)


@pytest.fixture(scope="session")
def run_python(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run Python in a process of its own: what imports `chronos.app` reads the settings at that moment.

    Addresses of services are given, at which nothing is, unless ``environment`` says otherwise.
    """

    def run(
        *arguments: str,
        environment: dict[str, str] | None = None,
        folder: Path | None = None,
        stdin: str = "",
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=folder or tmp_path_factory.mktemp("process"),
            env=os.environ | (SOMEWHERE if environment is None else environment),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
