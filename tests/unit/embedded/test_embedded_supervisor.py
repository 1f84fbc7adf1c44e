import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

import pytest
from fakes import FakeService, settings_in, until

from bench.system import CannotMount, fill, small_disk
from chronos.embedded import backends, client, files, runner, services, supervisor
from chronos.embedded.chosen import Chosen
from chronos.embedded.errors import NotReadyInTime, NotStarted
from chronos.embedded.home import Home
from chronos.embedded.state import RUNNING, STOPPED, WAITING, Desired, State
from chronos.embedded.supervisor import Supervisor
from chronos.errors import ServiceError
from chronos.settings import Settings


class Service(FakeService):
    order: ClassVar[list[str]] = []

    def prepare(self) -> None:
        self.order.append(self.name)


class Rig:
    """A supervisor in this process, whose services are sleeping Python processes."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.made_ready: list[int] = []
        self.refusal: str | None = None
        self.run()

    def run(self) -> None:
        lock = files.hold(self.home.supervisor_lock, 5)
        assert lock is not None
        self.supervisor = Supervisor(settings_in(self.home.path), lock)
        self.task = asyncio.create_task(self.supervisor.run())

    async def make_ready(self, _: Settings) -> list[str]:
        if self.refusal:
            raise ServiceError(service="TimescaleDB", reason=self.refusal)
        self.made_ready.append(1)
        return ["topic events"]

    def want(self, *names: str) -> Desired:
        desired = Desired.read(self.home).changed(set(names))
        desired.write(self.home)
        return desired

    def states(self) -> dict[str, str]:
        return {service.name: service.state for service in State.read(self.home).services}

    async def until_running(self, *names: str) -> None:
        await until(lambda: all(self.states().get(name) == RUNNING for name in names))

    def pids(self) -> dict[str, int | None]:
        return {service.name: service.pid for service in State.read(self.home).services}


@pytest.fixture
async def rig(home: Home, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rig]:
    # The supervisor takes over the environment of whoever commands it; these are put back afterwards.
    monkeypatch.setenv("CHRONOS_HOME", str(home.path))
    monkeypatch.setenv("CHRONOS_CONFIG", str(home.path.parent / "chronos.toml"))
    monkeypatch.setattr(runner, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(runner, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(supervisor, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(services, "make", Service)
    for name in ("not_ready", "moved_to", "needs"):
        monkeypatch.setattr(Service, name, {})
    monkeypatch.setattr(Service, "order", [])
    Desired().changed({"postgres"}).write(home)
    made = Rig(home)
    monkeypatch.setattr(backends, "make_ready", made.make_ready)
    yield made
    made.want()
    await asyncio.wait_for(made.task, 30)


async def test_port_of_the_pages_is_tried_again_when_no_worker_runs(rig: Rig) -> None:
    chosen = Chosen(rig.home)
    files.write_json(chosen.path, {"ports": {"web": [6066, 6068]}})
    rig.want("kafka", "postgres", "worker-1")
    await rig.until_running("worker-1")
    assert chosen.kept_port("web") is None
    files.write_json(chosen.path, {"ports": {"web": [6066, 6068]}})
    rig.want("kafka", "postgres", "worker-1", "worker-2")
    await rig.until_running("worker-2")
    assert chosen.moved("web") == (6066, 6068)


async def test_workers_come_after_kafka_and_postgres_are_ready(rig: Rig) -> None:
    Service.not_ready["kafka"] = "not yet"
    rig.want("kafka", "postgres", "worker-1")
    await until(lambda: rig.states().get("worker-1") == WAITING)
    assert rig.pids()["worker-1"] is None
    Service.not_ready.clear()
    await rig.until_running("kafka", "postgres", "worker-1")
    assert Service.order[-1] == "worker-1"
    assert rig.made_ready == [1]


async def test_workers_do_not_wait_for_the_third_broker_for_ever(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_KAFKA_BROKERS", "3")
    monkeypatch.setattr(supervisor, "PATIENCE_SECONDS", 0.5)
    Service.not_ready.update({"kafka-2": "not yet", "kafka-3": "not yet"})
    rig.want("kafka-1", "kafka-2", "kafka-3", "postgres", "worker-1")
    await until(lambda: rig.states().get("worker-1") == WAITING)
    await asyncio.sleep(1)
    assert rig.states()["worker-1"] == WAITING, "one of three is not enough"
    del Service.not_ready["kafka-3"]
    await rig.until_running("worker-1")
    assert rig.states()["kafka-2"] != RUNNING


async def test_broker_without_its_data_starts_after_those_that_have_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_KAFKA_BROKERS", "3")
    Service.needs["kafka-2"] = ["kafka-1", "kafka-3"]
    Service.not_ready["kafka-3"] = "not yet"
    rig.want("kafka-1", "kafka-2", "kafka-3")
    await until(lambda: rig.states().get("kafka-2") == WAITING)
    assert rig.pids()["kafka-2"] is None
    Service.not_ready.clear()
    await rig.until_running("kafka-2")
    assert Service.order[-1] == "kafka-2"


async def test_workers_start_anew_with_topics_when_kafka_lost_its_data(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.want("kafka", "postgres", "worker-1")
    await rig.until_running("kafka", "postgres", "worker-1")
    before = rig.pids()
    monkeypatch.setattr(Service, "began_anew", True)
    assert before["kafka"]
    os.kill(before["kafka"], signal.SIGKILL)
    await until(lambda: rig.pids()["worker-1"] not in (None, before["worker-1"]))
    await until(lambda: len(rig.made_ready) == 2)


async def test_topics_and_schema_are_made_once_for_many_workers(rig: Rig) -> None:
    rig.want("kafka", "postgres", "worker-1", "worker-2", "worker-3")
    await rig.until_running("worker-1", "worker-2", "worker-3")
    assert rig.made_ready == [1]


async def test_database_that_refuses_is_the_workers_reason(rig: Rig) -> None:
    rig.refusal = "read-only"
    desired = rig.want("kafka", "postgres", "worker-1")
    with pytest.raises(NotStarted, match="TimescaleDB: read-only; `chronos log worker-1`"):
        await asyncio.to_thread(client.wait_running, rig.home, desired.revision, ["worker-1"], 20, print)


async def test_a_worker_that_ran_before_starts_without_a_database(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Service, "ran_before", True)
    rig.refusal = "connection refused"
    rig.want("kafka", "postgres", "worker-1")
    await rig.until_running("worker-1")
    assert rig.made_ready == []
    rig.refusal = None
    rig.want("kafka", "postgres", "worker-1", "worker-2")
    await rig.until_running("worker-2")
    assert rig.made_ready == [1], "as soon as it is there"


async def test_a_worker_that_ran_before_does_not_wait_for_what_was_stopped(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.want("kafka", "worker-1")
    await until(lambda: rig.states().get("worker-1") == WAITING)
    monkeypatch.setattr(Service, "ran_before", True)
    await rig.until_running("worker-1")
    assert rig.states()["postgres"] == STOPPED


async def test_service_that_does_not_get_ready_in_time(rig: Rig) -> None:
    Service.not_ready["kafka"] = "formats its disk"
    desired = rig.want("kafka")
    with pytest.raises(NotReadyInTime, match=r"kafka was not ready within 1 s \(formats its disk\)"):
        await asyncio.to_thread(client.wait_running, rig.home, desired.revision, ["kafka"], 1, print)


async def test_waiting_tells_of_each_that_runs(rig: Rig) -> None:
    told: list[str] = []
    desired = rig.want("kafka", "postgres")
    names = ["kafka", "postgres"]
    await asyncio.to_thread(
        client.wait_running, rig.home, desired.revision, names, 20, lambda service: told.append(service.name)
    )
    assert sorted(told) == names


async def test_stopped_one_stays_in_sight_until_the_next_start(rig: Rig) -> None:
    rig.want("kafka", "postgres", "worker-1", "worker-2")
    await rig.until_running("worker-1", "worker-2")
    rig.want("kafka", "postgres", "worker-1")
    await until(lambda: rig.states()["worker-2"] == STOPPED)
    rig.want("kafka", "postgres", "worker-1", "worker-3")
    await rig.until_running("worker-3")
    assert list(rig.states()) == ["kafka", "postgres", "worker-1", "worker-3"]


async def test_nothing_to_run_ends_it(rig: Rig) -> None:
    await rig.until_running("postgres")
    desired = rig.want()
    await asyncio.to_thread(client.wait_stopped, rig.home, desired.revision, ["postgres"], 20)
    await asyncio.wait_for(rig.task, 20)
    assert not files.is_held(rig.home.supervisor_lock)
    assert rig.pids()["postgres"] is None


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[None]:
    """One of its own for the state directory."""
    with ExitStack() as stack:
        try:
            stack.enter_context(small_disk(tmp_path / "home", 4_000_000))
        except CannotMount as error:
            pytest.skip(f"no disk can be mounted here: {error}")
        yield


async def test_all_is_stopped_on_a_disk_without_a_free_byte(disk: None, rig: Rig) -> None:
    rig.want("kafka", "postgres", "worker-1")
    await rig.until_running("kafka", "postgres", "worker-1")
    fill(rig.home.path, rig.home.path / "ballast")
    with pytest.raises(OSError, match="No space left"):
        (rig.home.run / "another").write_text("more")
    for left in ({"kafka", "postgres"}, set[str]()):
        desired = await asyncio.to_thread(client.change, rig.home, lambda services, left=left: left)
        gone = {"kafka", "postgres", "worker-1"} - left
        await asyncio.to_thread(client.wait_stopped, rig.home, desired.revision, gone, 20)
    await asyncio.wait_for(rig.task, 20)
    assert set(rig.states().values()) == {STOPPED}


async def test_next_one_adopts_and_stops_what_should_not_run(rig: Rig) -> None:
    rig.want("kafka", "postgres")
    await rig.until_running("kafka", "postgres")
    before = rig.pids()
    killed = list(rig.supervisor._runners.values())
    for one in killed:
        await one._cancel()
    rig.task.cancel()
    await asyncio.gather(rig.task, return_exceptions=True)
    os.close(rig.supervisor._lock)
    desired = rig.want("kafka")
    rig.run()
    await asyncio.to_thread(client.wait_running, rig.home, desired.revision, ["kafka"], 20, print)
    assert rig.pids() == {"kafka": before["kafka"], "postgres": None}
    rig.want()
    await until(lambda: not any(one.process_lives() for one in killed))


async def test_workers_start_anew_when_kafka_has_moved(rig: Rig) -> None:
    rig.want("kafka", "postgres", "worker-1")
    await rig.until_running("kafka", "postgres", "worker-1")
    before = rig.pids()
    Service.moved_to["kafka"] = "kafka:2"
    assert before["kafka"]
    os.kill(before["kafka"], signal.SIGKILL)
    await until(lambda: rig.pids()["worker-1"] not in (None, before["worker-1"]))


async def test_unreadable_settings_leave_those_from_before(rig: Rig, tmp_path: Path) -> None:
    await rig.until_running("postgres")
    (tmp_path / "chronos.toml").write_text("nonsense")
    rig.want("kafka", "postgres")
    await rig.until_running("kafka", "postgres")
    (tmp_path / "chronos.toml").unlink()
