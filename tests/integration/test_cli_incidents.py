"""`chronos alerts` shows the incidents that last, with what to do, and those that ended."""

import asyncio
import json
import time
from pathlib import Path

from click.testing import CliRunner

from chronos.cli import alerts, main
from chronos.watch.incidents import KINDS, Incident
from chronos.watch.ledger import Ledger

WEEK = 7 * 86_400


async def run(database: str, *arguments: str) -> str:
    runner = CliRunner(env={"CHRONOS_TIMESCALEDB_URL": database})
    done = await asyncio.to_thread(lambda: runner.invoke(main, ["alerts", *arguments]))
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


async def test_what_lasts_is_told_with_what_to_do_and_what_ended_with_how_long_it_was(
    database: str, tmp_path: Path
) -> None:
    assert await run(database) == "No incident lasts\n"
    ledger = Ledger(database, "http://w", 1, tmp_path / "w.json")
    for number in range(alerts.SHOWN + 2):
        begun = 1_700_000_000.0 + number
        await ledger.begin(Incident("topic_missing", f"t{number}", "topic is missing", begun))
        await ledger.end(Incident("topic_missing", f"t{number}", "topic is missing", begun, begun + 192))
    lasting = Incident("broker_away", "2", "broker 2 is away", round(time.time()) - WEEK - 60)
    await ledger.begin(lasting)
    await ledger.close()
    first, what, do, empty, ended, *lines = (await run(database)).splitlines()
    assert first.startswith("warning: broker_away 2, for 7 d ")
    assert (what.strip(), do.strip()) == (lasting.summary, KINDS["broker_away"].what_to_do)
    assert (empty, ended, len(lines)) == ("", "Ended:", alerts.SHOWN)
    assert lines[0].split()[:2] == ["2023-11-14T22:13:31Z", "3"], "the newest first"
    assert lines[0].endswith("topic_missing t11: topic is missing")
    found = json.loads(await run(database, "--all", "--json"))
    assert [(one["incident"], one["until"]) for one in found["open"]] == [("broker_away", None)]
    assert len(found["ended"]) == alerts.SHOWN + 2
    assert found["ended"][-1]["until"] == "2023-11-14T22:16:32Z"
