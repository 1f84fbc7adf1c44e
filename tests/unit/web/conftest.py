"""Fixtures of the views' tests."""

from functools import partial

import pytest
from asking import Ask, Run, ask_all


@pytest.fixture(scope="session")
def ask(run_python: Run) -> Ask:
    """Ask the views of a worker that has nothing to do with Kafka: ``ask({"name": Asked("/demo")})``."""
    return partial(ask_all, run_python)
