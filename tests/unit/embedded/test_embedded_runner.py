import os
import signal
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest
from fakes import FakeService, settings_in, until

from chronos.embedded import runner as runner_module
from chronos.embedded.home import Home
from chronos.embedded.runner import Runner
from chronos.embedded.state import RESTARTING, RUNNING, STARTING, STOPPED, WAITING

Make = Callable[..., Runner]


class Service(FakeService):
    pass


@pytest.fixture
async def make(home: Home, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Make]:
    monkeypatch.setattr(runner_module, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(runner_module, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(Service, "not_ready", {})
    monkeypatch.setattr(Service, "moved_to", {})
    made: list[Runner] = []

    def make_one(**more: object) -> Runner:
        create = partial(Service, "one", settings_in(home.path))
        made.append(Runner(create, lambda: None, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make_one
    for runner in made:
        await runner.stop()


async def test_runs_until_it_is_stopped(make: Make) -> None:
    runner = make()
    runner.start()
    await until(lambda: runner.state.state == RUNNING)
    assert runner.process_lives()
    assert runner.state.address == "one:1"
    await runner.stop()
    assert (runner.state.state, runner.state.pid) == (STOPPED, None)
    assert not runner.process_lives()


async def test_starting_until_it_is_ready_and_waiting_when_it_is_not_any_more(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "HEALTH_SECONDS", 0.01)
    monkeypatch.setattr(runner_module, "SECOND_LOOK_SECONDS", 0.01)
    Service.not_ready["one"] = "cannot reach Kafka"
    runner = make()
    runner.start()
    await until(lambda: runner.state.error == "cannot reach Kafka")
    assert runner.state.state == STARTING
    Service.not_ready.clear()
    await until(lambda: runner.state.state == RUNNING)
    Service.not_ready["one"] = "lost Kafka"
    await until(lambda: runner.state.state == WAITING)
    assert runner.state.error == "lost Kafka"


async def test_answer_of_another_program_is_not_taken_for_its_own(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Service, "port", 1)
    runner = make()
    runner.start()
    await until(lambda: runner.state.error == "another program answers on port 1")
    assert runner.state.state == STARTING


async def test_one_late_answer_is_no_problem(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "HEALTH_SECONDS", 0.01)
    asked: list[str] = []

    async def late_once(_: Service) -> str | None:
        asked.append("late" if len(asked) == 3 else "")
        return asked[-1] or None

    monkeypatch.setattr(Service, "problem", late_once)
    monkeypatch.setattr(runner_module, "SECOND_LOOK_SECONDS", 0.01)
    states: list[str] = []
    runner = make(gate=runner_module.open_gate)
    monkeypatch.setattr(runner, "_changed", lambda: states.append(runner.state.state))
    runner.start()
    await until(lambda: len(asked) > 6)
    assert states[-1] == RUNNING
    assert WAITING not in states


async def test_killed_one_is_started_again(make: Make) -> None:
    runner = make()
    runner.start()
    await until(lambda: runner.state.state == RUNNING)
    first = runner.state.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: runner.state.state == RUNNING and runner.state.pid != first)
    assert runner.state.restarts == 1


async def test_last_words_are_the_reason(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Service, "code", "raise SystemExit('the disk is full')")
    runner = make()
    runner.start()
    await until(lambda: runner.state.state == RESTARTING)
    assert runner.state.error == "one ended (exit code 1): the disk is full"


async def test_failed_preparation_is_tried_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Service, "unprepared", "no free port")
    runner = make()
    runner.start()
    await until(lambda: runner.state.restarts >= 2)
    assert runner.state.error == "one: no free port"
    monkeypatch.setattr(Service, "unprepared", None)
    await until(lambda: runner.state.state == RUNNING)


async def test_pauses_grow_and_a_start_ends_them(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "FIRST_PAUSE_SECONDS", 600.0)
    monkeypatch.setattr(Service, "unprepared", "no free port")
    runner = make()
    runner.start()
    await until(lambda: runner.state.state == RESTARTING)
    monkeypatch.setattr(Service, "unprepared", None)
    runner.start()
    await until(lambda: runner.state.state == RUNNING)


async def test_what_an_earlier_one_started_is_adopted(make: Make) -> None:
    earlier, later = make(), make()
    earlier.start()
    await until(lambda: earlier.state.state == RUNNING)
    later.start()
    await until(lambda: later.state.state == RUNNING)
    assert later.state.pid == earlier.state.pid
    await earlier._cancel()  # as if its supervisor had been killed
    await later.stop()
    assert not earlier.process_lives()


async def test_stop_ends_what_it_did_not_start(make: Make) -> None:
    earlier = make()
    earlier.start()
    await until(lambda: earlier.state.state == RUNNING)
    await earlier._cancel()
    await make().stop()
    assert not earlier.process_lives()


async def test_another_address_is_told(make: Make) -> None:
    moves: list[bool] = []
    runner = make(moved=lambda: moves.append(True))
    runner.start()
    await until(lambda: runner.state.state == RUNNING)
    Service.moved_to["one"] = "one:2"
    runner.end_process()
    await until(lambda: bool(moves))
    assert runner.state.address == "one:2"


async def test_gate_comes_first(make: Make) -> None:
    async def closed(runner: Runner) -> None:
        runner.say(WAITING, "waits for kafka")
        await runner_module.asyncio.Event().wait()

    runner = make(gate=closed)
    runner.start()
    await until(lambda: runner.state.state == WAITING)
    assert not runner.process_lives()


async def test_bug_does_not_end_the_others(make: Make) -> None:
    async def buggy(_: Runner) -> None:
        raise ZeroDivisionError

    runner = make(gate=buggy)
    runner.start()
    await until(lambda: runner.state.state == RESTARTING)
    assert "unexpected" in (runner.state.error or "")


async def test_on_a_full_disk_it_waits_for_room_and_then_starts_at_once(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "ROOM_SECONDS", 0.01)
    monkeypatch.setattr(Service, "room_bytes", 2**62)
    runner = make()
    runner.start()
    await until(lambda: runner.state.state == WAITING)
    assert "is full: " in (runner.state.error or "")
    assert "one starts by itself as soon as" in (runner.state.error or "")
    assert not runner.process_lives()
    monkeypatch.setattr(Service, "room_bytes", 0)
    await until(lambda: runner.state.state == RUNNING)
