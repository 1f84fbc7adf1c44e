"""What all workers say is put together, each partition once."""

import json
from typing import Any

import pytest
from asking import Run

ASKED = """
import asyncio, json, sys
import msgspec
from chronos.tables.pane_table import PaneTable
from chronos.web import asking, workers
from chronos.windows.local import InMemory
from chronos.windows.question import Question
from chronos.windows.shard import Shard
from chronos.windows.slots import Grid

HERE, THERE, QUESTION = json.loads(sys.argv[1])
question = Question("event_types", Grid(0, 6, 6, 6), **QUESTION)

for number in {*HERE, *THERE}:
    shard = asking.window_panes.shards[number] = Shard(InMemory())
    shard.views["event_types"].add(1, {f"of {number}": 10 ** number})
    shard.views["event_types"].too_late[2] = 1
    shard.is_current = shard.is_loaded = True

async def ask(path, parameters, partitions=None):
    assert partitions is None or set(THERE) <= set(partitions)
    of_all = path == asking.OVERVIEW_PATH
    said = asking.known(THERE) if of_all else asking.held("event_types", question, THERE)
    return [workers.Reply(THERE, msgspec.msgpack.encode(said))]

workers.ask, workers.partition_count = ask, lambda: 6
PaneTable.owned = property(lambda table: set(HERE))
answers = asyncio.run(asking.windows(question)), asyncio.run(asking.overview())
print(msgspec.json.encode(answers).decode())
"""


def answers(run: Run, here: list[int], there: list[int], **question: Any) -> Any:
    done = run("-c", ASKED, json.dumps([here, there, question]))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("here", [[0, 1, 2], [0, 1, 2, 3]], ids=["theirs", "came to us meanwhile"])
def test_a_partition_counts_once_wherever_it_is_when_it_is_asked(run_python: Run, here: list[int]) -> None:
    windows, overview = answers(run_python, here, [3, 4])
    assert windows["windows"][0]["total"] == 11_111
    assert windows["too_late"] == 5
    assert {view["name"]: view["too_late"] for view in overview["views"]}["event_types"] == 5
    for one in (windows, overview):
        assert (one["complete"], one["missing_partitions"]) == (False, [5])


REFUSED = """
import asyncio
from aiohttp import web
from chronos.errors import TooManyCounts
from chronos.web import internal, workers

def held(*asked):
    raise TooManyCounts(limit=7)

async def nothing(*request):
    return None

internal.asking.held, workers.check, workers._secret = held, nothing, nothing

async def ask():
    app = web.Application()
    view = internal.InternalWindows.__dict__["get"]
    app.router.add_get("/internal/windows/{id}", lambda request: view(None, request, "keys"))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    workers.workers = lambda: {url: [0], workers.own_url(): [1]}
    asked = {"start": "0", "end": "6", "step": "6", "slide": "6"}
    try:
        print(await workers.ask("/internal/windows/keys", asked, [0, 1]))
    except TooManyCounts as error:
        print(error)
    finally:
        await workers.close()
        await runner.cleanup()

asyncio.run(ask())
"""


def test_a_worker_that_has_too_many_counts_is_not_said_to_be_missing(run_python: Run) -> None:
    done = run_python("-c", REFUSED)
    assert done.stdout.startswith("over 250,000 counts: ask for the largest keys"), done
