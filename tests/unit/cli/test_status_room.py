"""What `chronos status` says of bytes: what is taken, and what may be."""

from dataclasses import replace
from pathlib import Path

import pytest
from reports import GB, answered, kafka, said, well

from chronos.cli import rendering
from chronos.cli.inquiry import Part
from chronos.cli.report import Report, as_data
from chronos.cli.ways.embedded import Embedded
from chronos.kafka_state import Disk, KafkaState
from chronos.watch.incidents import KINDS


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return well(tmp_path)


def budgeted(state: Part[KafkaState], budget: int) -> Part[KafkaState]:
    """The same with a budget for topic `events`, whose segments are an eighth of it."""
    assert state.found
    share = budget // 8
    configs = {"retention.bytes": str(7 * share), "segment.bytes": str(share)}
    events = replace(state.found.topics["events"], configs=configs)
    return Part(replace(state.found, topics={**state.found.topics, "events": events}))


def test_what_kafka_and_the_spool_take_is_shown_against_what_they_may(report: Report) -> None:
    shown = rendering.text(report, 200)
    assert "Topics:     0 KB; they have no limit but time" in shown
    assert "Spool:      worker-1 3.0 MB of 256 MB" in shown
    assert "50 GB free, an alert begins below 2.0 GB" in shown
    report = answered(report, kafka=budgeted(kafka(10), 8 * GB))
    assert "Topics:     0 KB; events 0 KB of 8.0 GB at most; the others have no limit but time" in (
        rendering.text(report, 200)
    )
    assert as_data(report)["topics"]["topics"]["events"] == {"bytes": 0, "budget": 8 * GB}
    assert said(report) == []


def test_the_disks_of_brokers_elsewhere_are_shown_and_told_by_the_same_threshold(report: Report) -> None:
    state = kafka(10).found
    assert state
    state = replace(state, disks={1: Disk(GB, 100 * GB)})
    section = report.settings.kafka.model_copy(update={"bootstrap": "there:9092"})
    report = replace(report, way=Embedded(report.settings.model_copy(update={"kafka": section})))
    report = answered(report, kafka=Part(state))
    assert "Its disks:  broker 1 1.0 GB of 100 GB free" in rendering.text(report, 200)
    assert said(report) == [
        f"1.0 GB are free on the disk of broker 1. {KINDS['broker_disk_nearly_full'].what_to_do}"
    ]


def test_a_budget_that_the_disk_has_no_room_for_is_told(report: Report) -> None:
    report = answered(report, kafka=budgeted(kafka(10), 80 * GB))
    assert said(report) == [
        "Kafka and the spool may take 80 GB more, and 50 GB are free: make room, or lower [kafka]"
        " retention_bytes or [limits] spool_bytes"
    ]


def test_a_database_elsewhere_takes_no_room_here_and_is_not_said_to(report: Report) -> None:
    there = {"url": "postgresql://shop@there/shop"}
    section = report.settings.timescaledb.model_copy(update=there)
    report = replace(report, way=Embedded(report.settings.model_copy(update={"timescaledb": section})))
    parts = {**report.disk.parts, "postgres": 0}
    shown = rendering.text(replace(report, disk=replace(report.disk, parts=parts)), 200)
    assert "Disk:       kafka 1 KB, spool 0 KB" in shown
