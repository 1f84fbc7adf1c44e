"""Embedded Kafka and PostgreSQL: started, found again, mended, stopped. One pair serves all tests."""

import asyncio
import json
import os
import pwd
import shutil
import signal
import socket
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition
from project import Project, delete_topics, within

from chronos import kafka_admin
from chronos.settings import Settings

HEAL_SECONDS = 30


@pytest.fixture(scope="module")
def project(start_project: Callable[[], Project]) -> Project:
    """Started three times at once, which is no more than once."""
    made = start_project()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: made.run("start", "kafka", "postgres"), range(3)))
    return made


def running(project: Project) -> dict[str, int]:
    return {one["name"]: one["pid"] for one in project.status()["services"] if one["state"] == "running"}


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def supervisor(project: Project) -> int:
    return next(one.pid for one in project.processes() if "chronos.embedded.supervisor" in one.cmdline())


def query(project: Project, statement: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(project.status()["timescaledb"], timeout=10)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(ask())


async def produce(bootstrap: str, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        await producer.send_and_wait(topic, value, partition=0)


async def consume(bootstrap: str, topic: str, count: int) -> list[bytes]:
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        async with asyncio.timeout(20):
            return [(await consumer.getone()).value for _ in range(count)]


def test_status_tells_where_everything_is(project: Project) -> None:
    status = project.status()
    named = {"services", "web", "tracker", "events", "kafka", "timescaledb", "pipelinedb", "home"}
    assert named < set(status)
    assert [one["name"] for one in status["services"]] == ["kafka", "postgres"]
    assert all({"name", "state", "pid", "address"} < set(one) for one in status["services"])
    assert all(one["memory"] > 1_000_000 for one in status["services"])
    assert status["disk"]["postgres"] > 10_000_000
    assert status["database"]["server"]
    assert status["home"] == str(project.home)
    assert status["pipelinedb"] is None
    assert asyncio.run(kafka_admin.broker_ready(status["kafka"], 1))
    assert query(project, "show server_encoding") == "UTF8"


def test_pids_are_those_of_the_services_themselves(project: Project) -> None:
    pids = running(project)
    assert "java" in psutil.Process(pids["kafka"]).name()
    assert (project.home / "postgres" / "data" / "postmaster.pid").read_text().split()[0] == str(
        pids["postgres"]
    )


def test_services_listen_on_this_machine_only(project: Project) -> None:
    for pid in running(project).values():
        listening = [one for one in psutil.Process(pid).net_connections("tcp") if one.status == "LISTEN"]
        assert listening
        assert {one.laddr.ip.removeprefix("::ffff:") for one in listening} == {"127.0.0.1"}


def test_secrets_are_readable_by_their_owner_only(project: Project) -> None:
    secret = [project.config, project.home / "addresses.json", project.home / "postgres.password"]
    secret += (project.home / "run").glob("*.json")
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}


def test_database_wants_its_password(project: Project) -> None:
    host, port = project.status()["services"][1]["address"].split(":")
    with pytest.raises(asyncpg.InvalidPasswordError):
        asyncio.run(
            asyncpg.connect(host=host, port=int(port), user="chronos", password="guessed", database="chronos")
        )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give PostgreSQL another account")
def test_root_runs_postgres_under_another_account(project: Project) -> None:
    user = psutil.Process(running(project)["postgres"]).username()
    assert user in ("postgres", "nobody")
    data = (project.home / "postgres" / "data").stat()
    assert (data.st_uid, stat.S_IMODE(data.st_mode)) == (pwd.getpwnam(user).pw_uid, 0o700)


def test_start_again_changes_nothing(project: Project) -> None:
    before = running(project)
    project.run("start", "kafka", "postgres")
    assert running(project) == before


def test_starts_at_the_same_time_start_one_of_each(project: Project) -> None:
    assert sum("chronos.embedded.supervisor" in one.cmdline() for one in project.processes()) == 1
    assert sum("kafka.Kafka" in one.cmdline() for one in project.processes()) == 1


def test_killed_postgres_comes_back_with_its_data(project: Project) -> None:
    query(project, "create table kept as select 42 as answer")
    pid = running(project)["postgres"]
    kill(pid)
    assert within(HEAL_SECONDS, lambda: running_except(project, "postgres", pid))
    assert query(project, "select answer from kept") == 42
    query(project, "drop table kept")


def test_killed_kafka_comes_back_with_its_messages(project: Project) -> None:
    bootstrap = project.status()["kafka"]
    asyncio.run(kafka_admin.create_topics(bootstrap, Settings()))
    asyncio.run(produce(bootstrap, "events", b"kept"))
    pid = running(project)["kafka"]
    kill(pid)
    assert within(HEAL_SECONDS, lambda: running_except(project, "kafka", pid))
    asyncio.run(produce(bootstrap, "events", b"more"))
    assert asyncio.run(consume(bootstrap, "events", 2)) == [b"kept", b"more"]


def test_start_adopts_what_a_killed_supervisor_left(project: Project) -> None:
    before = running(project)
    kill(supervisor(project))
    assert within(5, lambda: "Nobody looks after" in project.run("status", code=3))
    project.run("start", "kafka", "postgres")
    assert running(project) == before
    kill(before["postgres"])
    assert within(HEAL_SECONDS, lambda: running_except(project, "postgres", before["postgres"]))


def test_all_killed_at_once_start_again(project: Project) -> None:
    query(project, "create table survives as select 'SIGKILL' as what")
    for process in project.processes():
        process.kill()
    project.run("status", code=3)
    project.run("start", "kafka", "postgres")
    assert query(project, "select what from survives") == "SIGKILL"
    query(project, "drop table survives")


def test_killed_postmaster_whose_pid_a_stranger_has_now(project: Project) -> None:
    project.run("stop", "postgres")
    stale = project.home / "postgres" / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n1\n5432\n\n127.0.0.1\n  1  1\nready\n")
    project.run("start", "postgres")
    assert query(project, "select 1") == 1


def test_stop_one_leaves_the_other(project: Project) -> None:
    kafka = running(project)["kafka"]
    project.run("stop", "postgres")
    states = {one["name"]: (one["state"], one["pid"]) for one in project.status()["services"]}
    assert states == {"kafka": ("running", kafka), "postgres": ("stopped", None)}
    project.run("start", "postgres")


def test_kept_port_that_a_stranger_has_is_given_up(project: Project) -> None:
    project.run("stop", "postgres")
    port = json.loads((project.home / "addresses.json").read_text())["ports"]["postgres"][1]
    with socket.create_server(("127.0.0.1", port)):
        project.run("start", "postgres")
    moved = project.status()["timescaledb"]
    assert f":{port}/" not in moved
    project.run("stop", "postgres")
    project.run("start", "postgres")
    assert project.status()["timescaledb"] == moved
    assert query(project, "select 1") == 1


def test_install_kafka_makes_what_is_missing_and_can_be_repeated(project: Project) -> None:
    data = project.home / "kafka" / "data"
    asyncio.run(delete_topics(project.status()["kafka"], "dead_letters"))
    before = running(project)
    said = project.run("install-kafka")
    assert "jars are in" in said
    assert f"The data of kafka is in {data}" in said
    assert "Topic events is there, and stays as it is" in said
    assert "Made topic dead_letters: 1 partitions, 1 replicas" in said
    assert project.run("install-kafka", "--quiet") == ""
    assert running(project) == before


def test_data_of_one_broker_is_not_left_behind_by_three(project: Project) -> None:
    settings = project.config.read_text()
    assert "brokers = 1" in project.run("install-kafka", "--brokers", "3", code=1)
    assert project.config.read_text() == settings


def test_only_broker_whose_data_is_gone_begins_anew_and_says_so(project: Project) -> None:
    project.run("stop", "kafka")
    shutil.rmtree(project.home / "kafka" / "data")
    project.run("start", "kafka")
    assert "its data was gone" in project.run("status")
    assert "Made topic events: 6 partitions" in project.run("install-kafka")


def test_stop_at_last_leaves_nothing_behind(project: Project) -> None:
    project.run("stop")
    assert project.processes() == []
    assert "Nothing should run" in project.run("status")
    assert "Nothing of that was running" in project.run("stop")


def running_except(project: Project, name: str, pid: int) -> bool:
    """Whether the service runs in another process than before, by the file: `status` may exit with 3."""
    state = json.loads((project.home / "run" / "state.json").read_text())
    service = next(one for one in state["services"] if one["name"] == name)
    return service["state"] == "running" and service["pid"] != pid
