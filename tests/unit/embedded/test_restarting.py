import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from fakes import FakeService, settings_in, until

from chronos.cli import main, selection
from chronos.embedded import backends, client, files, runner, services, supervisor
from chronos.embedded.errors import UnknownService
from chronos.embedded.home import Home
from chronos.embedded.state import RUNNING, Desired, State
from chronos.embedded.supervisor import Supervisor
from chronos.settings import Settings
from chronos.settings.sections import Kafka

GIVEN_KAFKA = Settings().model_copy(
    update={"kafka": Settings().kafka.model_copy(update={"bootstrap": "broker:9092"})}
)
ALL = ("kafka", "postgres", "worker-1", "worker-2")


def running(home: Home) -> dict[str, int]:
    found = client.overview(home).services
    return {one.name: one.pid for one in found if one.state == RUNNING and one.pid}


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Home]:
    """Of a project of fake services, all of which run, under a supervisor in this process."""
    made = Home(tmp_path / ".chronos")
    made.make()
    monkeypatch.setenv("CHRONOS_HOME", str(made.path))
    monkeypatch.setenv("CHRONOS_CONFIG", str(tmp_path / "chronos.toml"))
    for module in (runner, supervisor):
        monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(services, "make", FakeService)
    monkeypatch.setattr(backends, "make_ready", nothing_to_make)
    monkeypatch.setattr("chronos.embedded.jars.ensure", lambda _: [])
    Desired().changed(set(ALL)).write(made)
    lock = files.hold(made.supervisor_lock, 5)
    assert lock is not None
    task = asyncio.create_task(Supervisor(settings_in(made.path), lock).run())
    await until(lambda: set(running(made)) == set(ALL))
    yield made
    Desired.read(made).changed(set()).write(made)
    await asyncio.wait_for(task, 30)


async def nothing_to_make(_: Settings) -> list[str]:
    return []


async def run(*arguments: str, code: int = 0) -> str:
    result = await asyncio.to_thread(CliRunner().invoke, main, list(arguments), prog_name="chronos")
    assert result.exit_code == code, result.output
    return result.output


async def watched(home: Home, what: Callable[[], object]) -> None:
    """Call ``what`` again and again, as long as the supervisor writes."""
    while True:
        what()
        await asyncio.sleep(0.005)


async def test_all_are_new_and_one_worker_ran_at_any_time(home: Home) -> None:
    before = running(home)
    workers: list[int] = []
    order: list[str] = []

    def look() -> None:
        now = {one.name: one.pid for one in State.read(home).services if one.state == RUNNING}
        workers.append(sum(name.startswith("worker") for name in now))
        order.extend(name for name in now if now[name] != before[name] and name not in order)

    watch = asyncio.create_task(watched(home, look))
    said = await run("restart")
    watch.cancel()
    after = running(home)
    assert set(after) == set(ALL)
    assert not set(after.values()) & set(before.values())
    assert min(workers) == 1
    assert order == list(ALL)
    assert [line.split()[0] for line in said.splitlines()[:4]] == list(ALL)


async def test_workers_stop_before_what_they_need(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []
    stop = runner.Runner.stop

    async def noted(one: runner.Runner) -> None:
        await stop(one)
        ended.append(one.name)

    monkeypatch.setattr(runner.Runner, "stop", noted)
    assert "worker-2" in await run("stop")
    assert set(ended[:2]) == {"worker-1", "worker-2"}
    assert set(ended) == set(ALL)


async def test_only_what_is_named_is_new(home: Home) -> None:
    before = running(home)
    assert await run("restart", "--quiet", "worker-2", "postgres") == ""
    after = running(home)
    assert {name for name in ALL if after[name] != before[name]} == {"worker-2", "postgres"}


async def test_worker_means_all_of_them(home: Home) -> None:
    before = running(home)
    await run("restart", "worker")
    after = running(home)
    assert {name for name in ALL if after[name] != before[name]} == {"worker-1", "worker-2"}


async def test_what_could_not_be_stopped_should_run_all_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(client, "wait_stopped", interrupted)
    await run("restart", "kafka", code=130)
    assert set(Desired.read(home).services) == set(ALL)
    await until(lambda: set(running(home)) == set(ALL))


async def test_what_is_paused_is_left_alone_by_other_commands_until_it_runs_again(home: Home) -> None:
    before, ran = running(home), set[str]()
    paused, told = asyncio.Event(), asyncio.get_running_loop()
    go_on = threading.Event()

    def pause() -> None:
        with client.paused(home, {"kafka"}, 20):
            told.call_soon_threadsafe(paused.set)
            go_on.wait(20)

    pausing = asyncio.create_task(asyncio.to_thread(pause))
    await asyncio.wait_for(paused.wait(), 20)
    watch = asyncio.create_task(watched(home, lambda: ran.update(running(home))))
    starting = asyncio.create_task(run("start", "kafka"))
    await asyncio.wait([starting], timeout=2)
    watch.cancel()
    assert ran == set(ALL) - {"kafka"}
    go_on.set()
    await asyncio.gather(pausing, starting)
    assert {name for name, pid in running(home).items() if pid != before[name]} == {"kafka"}


async def test_what_is_stopped_while_it_is_paused_stays_stopped(home: Home) -> None:
    stopping: list[asyncio.Task[str]] = []
    loop = asyncio.get_running_loop()

    def pause() -> None:
        with client.paused(home, {"kafka"}, 20):
            loop.call_soon_threadsafe(lambda: stopping.append(asyncio.create_task(run("stop", "kafka"))))
            time.sleep(0.5)

    await asyncio.to_thread(pause)
    await stopping[0]
    assert set(Desired.read(home).services) == set(ALL) - {"kafka"}


def test_nothing_to_restart_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "chronos.toml").write_text("")
    result = CliRunner().invoke(main, ["restart"])
    assert result.exit_code == 1
    assert "`chronos start`" in result.output


def test_what_runs_elsewhere_is_told_and_left_alone() -> None:
    chosen = selection.to_restart(["kafka", "worker"], GIVEN_KAFKA, ["postgres", "worker-1"])
    assert chosen.names == {"worker-1"}
    assert chosen.elsewhere == ["kafka      is given by [kafka] bootstrap: broker:9092"]


def test_a_worker_that_did_not_run_gets_what_it_needs() -> None:
    chosen = selection.to_restart(["worker-2"], Settings(), ["kafka"])
    assert chosen.names == {"worker-2", "postgres"}


def test_kafka_means_all_brokers() -> None:
    three = Settings().model_copy(update={"kafka": Kafka(brokers=3)})
    brokers = ["kafka-1", "kafka-2", "kafka-3"]
    for chosen in (
        selection.to_restart(["kafka"], three, [*brokers, "postgres"]),
        selection.to_stop(["kafka"], [*brokers, "postgres"], three),
    ):
        assert (chosen.names, chosen.elsewhere) == (set(brokers), [])
    with pytest.raises(UnknownService, match=r"known are kafka$"):
        selection.to_restart(["kafka-2"], Settings(), ["kafka"])
