"""Workers for integration tests, each with topics, a consumer group and a database of its own."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from worker import Deploy, Deployment, Worker, deployed


@pytest.fixture(scope="session")
def deploy(services: Any, templates: None) -> Deploy:
    """Make a deployment: ``async with deploy(limits={"beacon_bytes": 1000}) as deployment``."""
    place = services.kafka, services.timescaledb
    return lambda **tables: deployed(*place, session_seconds=services.session_seconds, **tables)


@pytest.fixture
async def deployment(deploy: Deploy) -> AsyncIterator[Deployment]:
    """One with the default settings, without workers yet."""
    async with deploy() as made:
        yield made


@pytest.fixture(scope="module")
async def shared(deploy: Deploy) -> AsyncIterator[Deployment]:
    """One with a worker that runs, for all tests of a module."""
    async with deploy() as made:
        await made.start_worker()
        yield made


@pytest.fixture(scope="module")
def worker(shared: Deployment) -> Worker:
    """The worker of `shared`."""
    return shared.workers[0]
