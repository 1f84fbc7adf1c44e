"""What probes are answered, by a worker of which nothing runs yet, that is well, or that has crashed."""

import json
from collections.abc import Callable
from subprocess import CompletedProcess

ASKED = """
import asyncio, json
from chronos.app import app
from chronos.services import health
from chronos.web import status

async def main():
    for view in (status.Health, status.Live, status.Ready):
        answer = await view.get(None, None)
        print(json.dumps([answer.status, json.loads(answer.body)]))

asyncio.run(main())
health.has_started, health.delivery_problem, health.refusal = lambda: True, lambda: None, lambda: None
asyncio.run(main())
app._crashed.set()
asyncio.run(main())
"""


def test_a_code_says_what_the_answer_says(run_python: Callable[..., CompletedProcess[str]]) -> None:
    result = run_python("-c", ASKED)
    assert result.returncode == 0, result.stderr
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    (health, live, ready), well, (_, crashed, _) = answers[:3], answers[3:6], answers[6:]
    assert (health[0], health[1]["status"]) == (503, "waiting")
    assert "the worker is starting" in health[1]["problems"]
    assert live == [200, {"status": "alive"}]
    assert ready == [503, {"status": "unready", "reasons": ["the worker is starting"]}]
    assert [code for code, _ in well] == [200, 200, 200]
    assert crashed == [503, {"status": "crashed"}]
