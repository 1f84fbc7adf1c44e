"""What crash tests are given: services of their own to kill, and workers on them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from cluster import Cluster
from doomed import Doomed, keep_ports
from project import Project
from worker import Deploy, Deployment, deployed


@pytest.fixture(scope="session")
def doomed(start_project: Callable[[], Project]) -> Doomed:
    """Never those of the environment: nobody else's services are killed."""
    project = start_project()
    keep_ports(project)
    project.run("start", "kafka", "postgres")
    return Doomed(project)


@pytest.fixture(scope="session")
def cluster(start_project: Callable[[], Project]) -> Cluster:
    """Three brokers, and a PostgreSQL that nobody kills."""
    project = start_project()
    keep_ports(project)
    project.run("install-kafka", "--brokers", "3", "--quiet")
    project.run("start", "kafka", "postgres")
    return Cluster(project)


@pytest.fixture
async def deployment_on_cluster(cluster: Cluster) -> AsyncIterator[Deployment]:
    """One whose topics have three replicas, without workers yet; all brokers run before and after it."""
    await cluster.start("kafka")
    async with deployed(cluster.kafka, cluster.timescaledb, kafka={"replication": 3}) as made:
        try:
            yield made
        finally:
            await cluster.start("kafka")


@pytest.fixture
async def deploy_on_doomed(doomed: Doomed) -> AsyncIterator[Deploy]:
    """Make a deployment; both services run, before and after it."""
    await doomed.start("kafka", "postgres")

    @asynccontextmanager
    async def deploy(**tables: Any) -> AsyncIterator[Deployment]:
        async with deployed(doomed.kafka, doomed.timescaledb, **tables) as made:
            try:
                yield made
            finally:
                await doomed.start("kafka", "postgres")

    yield deploy


@pytest.fixture
async def deployment(deploy_on_doomed: Deploy) -> AsyncIterator[Deployment]:
    """One with the default settings, without workers yet."""
    async with deploy_on_doomed() as made:
        yield made
