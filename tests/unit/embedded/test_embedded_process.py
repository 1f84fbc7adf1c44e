import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import until

from chronos.embedded import process
from chronos.embedded.process import Child, Launch

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); "
WAIT = "import time; print('ready', flush=True); time.sleep(600)"


class Starter:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: list[Child] = []

    def __call__(self, code: str = WAIT, marker: str = "-") -> Child:
        launch = Launch([sys.executable, "-c", code, marker], self.folder, os.environ)
        self.children.append(Child.start(launch, self.folder / "child.log"))
        return self.children[-1]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    starter = Starter(tmp_path)
    yield starter
    for child in starter.children:
        child.kill()
        assert child._popen
        child._popen.wait(20)


async def until_it_says(starter: Starter, text: str) -> None:
    log = starter.folder / "child.log"
    await until(lambda: text in log.read_text())


async def test_stop_asks_first(start: Starter) -> None:
    child = start()
    assert child.alive()
    assert await child.stop(signal.SIGTERM, 20)
    assert not child.alive()
    assert child.ending() == "killed by SIGTERM"
    assert not child.ended_by_itself()


async def test_stop_kills_what_does_not_listen(start: Starter) -> None:
    child = start(STUBBORN + "time.sleep(600)")
    await until_it_says(start, "ready")
    assert not await child.stop(signal.SIGTERM, 0.1)
    assert child.ending() == "killed by SIGKILL"


async def test_exit_code_and_last_words_are_known(start: Starter) -> None:
    child = start("raise SystemExit('no configuration')")
    assert await child.wait(20)
    assert child.ending() == "exit code 1"
    assert child.ended_by_itself()
    assert (start.folder / "child.log").read_text() == "no configuration\n"


async def test_found_again_by_its_marker(start: Starter) -> None:
    child = start(marker="/some/where/worker-1")
    await until_it_says(start, "ready")
    found = Child.find("python", "/some/where/worker-1")
    assert found is not None
    assert (found.pid, found.create_time) == (child.pid, child.create_time)
    assert process.same(found.pid, found.create_time)
    assert Child.find("python", "/some/where/worker") is None
    assert Child.find("java", "/some/where/worker-1") is None


async def test_adopted_one_is_stopped_and_nobody_saw_how(start: Starter) -> None:
    start(marker="/some/where/adopted")
    await until_it_says(start, "ready")
    adopted = Child.find("python", "/some/where/adopted")
    assert adopted is not None
    assert await adopted.stop(signal.SIGTERM, 20)
    assert adopted.ending() == "nobody saw how"
    assert Child.find("python", "/some/where/adopted") is None


async def test_port_of_a_process_is_known(start: Starter) -> None:
    code = (
        "import socket, time; server = socket.create_server(('127.0.0.1', 0));"
        "print('port', server.getsockname()[1], flush=True); time.sleep(600)"
    )
    child = start(code)
    await until_it_says(start, "\n")
    port = int((start.folder / "child.log").read_text().split()[1])
    assert child.listens_on(port)
    assert not child.listens_on(port + 1)


def test_same_pid_at_another_time_is_another_process() -> None:
    own = process.psutil.Process()
    assert process.same(own.pid, own.create_time())
    assert not process.same(own.pid, own.create_time() - 60)
    assert not process.same(None, None)
    assert not process.same(2**22 + 1, 1.0)
