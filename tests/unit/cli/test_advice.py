"""What `chronos status` says to do."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reports import GB, NOW, TOPICS, WELL, WINDOWS, answered, database, kafka, said, well

from chronos.cli import rendering, starting
from chronos.cli.inquiry import Database, Part
from chronos.cli.report import Report
from chronos.cli.ways.embedded import Embedded
from chronos.embedded import files
from chronos.embedded.client import Overview
from chronos.embedded.home import Home
from chronos.embedded.state import RESTARTING, STOPPED, Desired, ServiceState
from chronos.kafka_state import KafkaState, Partition, Topic
from chronos.watch import disk
from chronos.watch.incidents import KINDS


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return well(tmp_path)


def test_nothing_is_wrong_and_nothing_is_to_do(report: Report) -> None:
    assert said(report) == []
    shown = rendering.text(report, 79)
    assert (
        "Lag:        none: store_events, feed_views, count_windows, keep_dead_letters have all"
        in rendering.text(report, 200)
    )
    assert "Last event: 3 s ago" in shown
    assert "event time has come to 2026-11-28T11:59:50Z, 10 s ago" in rendering.text(report, 200)
    assert "To do" not in shown
    assert max(len(line) for line in shown.splitlines() if not line.startswith("Home:")) < 80


def test_a_service_that_does_not_run_says_why_and_where_to_look(report: Report) -> None:
    broken = ServiceState("kafka", RESTARTING, error="the disk is full", restarts=2)
    seen = replace(report.seen, services=[broken, *report.services[1:]])
    report = answered(replace(report, seen=seen), kafka=Part(unavailable="it does not run"))
    assert said(report) == [
        "kafka is restarting (the disk is full): `chronos log kafka` shows more, `chronos start` tries again"
        " at once"
    ]


def test_what_was_stopped_by_hand_is_to_be_started_while_workers_run(report: Report) -> None:
    stopped = [
        replace(one, state=STOPPED, pid=None) if one.name == "postgres" else one for one in report.services
    ]
    seen = Overview(Desired(("kafka", "worker-1"), 2), stopped, supervised=True)
    without = replace(report, seen=seen, services=stopped)
    assert said(without) == ["postgres is stopped, and workers that need it run: `chronos start postgres`"]
    assert "stopped" not in "".join(said(replace(without, services=stopped[:2])))


def test_nobody_looks_after_them(report: Report) -> None:
    report = replace(report, seen=replace(report.seen, supervised=False))
    assert said(report) == ["Nobody looks after the services any more: `chronos start` mends that"]
    assert not report.healthy_exit


def test_waiting_beacons_are_shown_by_partition_and_wrong_when_nothing_moves(report: Report) -> None:
    report = answered(report, kafka=kafka(1_234, 0))
    assert "store_events 1,224 (1,224 in partition 0)" in rendering.text(report)
    assert said(report) == []
    later = answered(report, database=Part(database(90)))
    assert said(later)[0] == (
        "store_events has written nothing of partition 0 for over a minute, and beacons wait (1,224):"
        " `chronos log worker` shows why"
    )


def test_waiting_beacons_need_a_worker(report: Report) -> None:
    report = answered(report, kafka=kafka(15), workers={})
    report = replace(report, services=report.services[:2])
    assert said(report) == []  # workers elsewhere may be about to store them
    assert said(answered(report, database=Part(database(90)))) == [
        "Beacons wait in Kafka (5) and no worker answers: `chronos start worker`, or see to the workers"
        " elsewhere"
    ]


@pytest.mark.parametrize(
    ("health", "text"),
    [
        ({"problems": ["the worker is starting"]}, "wait some seconds"),
        ({"problems": ["Kafka: no connection to Kafka"]}, "beacons wait on disk until Kafka is back"),
        ({"problems": ["store_events waits: X"]}, "`chronos log worker-1` shows more"),
        ({"remarks": ["a view is refused"]}, "a view is refused"),
        ({"spooled": 1_200}, "Beacons wait on the disk of worker-1 (1,200)"),
    ],
)
def test_what_a_worker_says_is_told(report: Report, health: dict[str, Any], text: str) -> None:
    found = said(answered(report, workers={"worker-1": Part({**WELL, **health})}))
    assert len(found) == 1
    assert text in found[0]
    assert "worker-1" in found[0]


def test_windows_that_nobody_holds(report: Report) -> None:
    report = answered(report, windows=Part({**WINDOWS, "missing_partitions": [1, 4]}))
    assert "No worker holds the windows of partition 1, 4" in said(report)[0]


def test_a_database_without_tables(report: Report) -> None:
    report = answered(report, database=Part(Database("18.6", None)))
    assert said(report) == ["The database was not migrated: `chronos migrate` makes its tables"]
    assert "Lag:        unknown, for the database could not be asked" in rendering.text(report)


def test_a_full_disk_and_what_kafka_never_took(report: Report) -> None:
    kept = report.settings.home / "undeliverable"
    kept.mkdir(parents=True)
    (kept / "1").write_text("{}")
    report = replace(report, disk=replace(report.disk, free=GB))
    assert [one.rpartition(":")[0] for one in said(report)] == [
        f"1.0 GB are free on {disk.name(report.settings.home)}. Make room, or give Kafka a budget",
        "Beacons are larger than Kafka takes by now (1)",
    ]


def test_a_port_that_another_program_has_is_told_at_the_start_and_after(
    report: Report, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write_json(Home(report.settings.home).addresses, {"ports": {"web": [6066, 6068]}})
    assert said(report) == [], "no worker runs"
    monkeypatch.setattr(Embedded, "look", lambda _: report.seen)
    del report.way.seen
    [told] = said(report)
    assert told.startswith(
        "Another program had port 6066, so 6068 is used, and nothing comes here from pages"
    )
    starting.tell_address(report.settings)
    shown = capsys.readouterr()
    assert "Live page: http://127.0.0.1:6068/" in shown.out
    assert told in shown.err
    files.write_json(Home(report.settings.home).addresses, {"ports": {"web": [6066, 6066]}})
    assert said(report) == []


def test_no_key_is_left(report: Report) -> None:
    report = replace(report, way=Embedded(report.settings.model_copy(update={"write_keys": []})))
    assert said(report) == ["No beacon is accepted, for there is no write key: `chronos key new` makes one"]


def test_what_all_workers_say_is_said_once(report: Report) -> None:
    remark = {**WELL, "remarks": ["topic events: partitions grow"]}
    report = answered(report, workers={"worker-1": Part(remark), "worker-2": Part(remark)})
    assert said(report) == [
        "worker-1, worker-2: topic events: partitions grow: `chronos log worker` says more"
    ]


def test_brokers_that_are_away_and_partitions_without_a_leader_are_told(report: Report) -> None:
    offline = Topic("events", (Partition("events", 0, None, (1, 2), (2,), 0, 10),))
    topics = {**TOPICS, "events": offline}
    state = KafkaState(NOW.timestamp(), {1: "kafka:9092"}, frozenset({1, 2}), 1, topics)
    told = said(answered(report, kafka=Part(state)))
    assert told == [
        f"{says}. {KINDS[name].what_to_do}"
        for name, says in (
            ("broker_away", "broker 2 is away, 1 of 2 are there"),
            ("partitions_offline", "events/0 have no leader"),
            ("partitions_under_replicated", "events/0 lack a replica"),
        )
    ]


def test_a_kafka_without_topics_is_told_once(report: Report) -> None:
    state = KafkaState(NOW.timestamp(), {1: "kafka:9092"}, frozenset({1}), 1, {})
    assert said(answered(report, kafka=Part(state))) == [
        "Kafka has no topic: workers make them when they start: `chronos start worker`"
    ]


def test_what_status_sees_by_itself_is_not_said_again_by_the_workers(report: Report) -> None:
    state = kafka(10).found
    assert state
    state = replace(state, topics={name: one for name, one in state.topics.items() if name != "dead_letters"})
    told = f"topic dead_letters is missing. {KINDS['topic_missing'].what_to_do}"
    worker = {**WELL, "remarks": [told, told.replace("dead_letters", "window_deltas")]}
    found = said(answered(report, kafka=Part(state), workers={"worker-1": Part(worker)}))
    assert found[0] == told
    assert [line for line in found if "dead_letters" in line] == [told]
    assert any(line.startswith("worker-1: topic window_deltas is missing") for line in found)


def test_a_worker_elsewhere_has_its_log_there(report: Report) -> None:
    report = answered(report, workers={"shop-1:6066": Part(unavailable="no answer")})
    assert said(report) == ["shop-1:6066 could not be asked (no answer): its log, where it runs, shows more"]
