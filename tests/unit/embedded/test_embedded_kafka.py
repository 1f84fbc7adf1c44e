import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import settings_in

from chronos import kafka_admin
from chronos.embedded import jars, java, storage
from chronos.embedded.errors import CommandFailed, DataWithoutIdentity, OtherLayout
from chronos.embedded.home import Home
from chronos.embedded.kafka import Kafka
from chronos.embedded.storage import Storage
from chronos.settings import Settings
from chronos.settings.sections import Kafka as KafkaSettings

NAMES = ("kafka-1", "kafka-2", "kafka-3")


def formatted(java: list[str], *arguments: str) -> None:
    """What Kafka's own tool does, as far as we rely on it."""
    content = dict(line.split("=", 1) for line in Path(arguments[-1]).read_text().splitlines())
    data = Path(content["log.dirs"])
    data.mkdir()
    (data / "meta.properties").write_text(
        f"#now\nnode.id={content['node.id']}\ncluster.id={arguments[3]}\ndirectory.id={storage.new_id()}\n"
    )


@pytest.fixture
def make(home: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Kafka]:
    """The service of that name, of one or three brokers, in one state directory."""
    monkeypatch.setattr(jars, "ensure", lambda _: None)
    monkeypatch.setattr(jars, "class_path", lambda: [Path("/jars/kafka.jar")])
    monkeypatch.setattr(java, "run_tool", formatted)

    def made(name: str = "kafka") -> Kafka:
        several = {"brokers": 1 if name == "kafka" else 3}
        settings = settings_in(home.path).model_copy(update={"kafka": KafkaSettings.model_validate(several)})
        return Kafka(name, settings)

    return made


@pytest.fixture
def service(make: Callable[..., Kafka]) -> Kafka:
    return make()


def properties(service: Kafka) -> dict[str, str]:
    return dict(line.split("=", 1) for line in service.properties.read_text().splitlines())


def test_configuration_names_the_chosen_ports_and_this_machine_only(service: Kafka) -> None:
    service.prepare()
    content = properties(service)
    assert content["advertised.listeners"] == f"PLAINTEXT://{service.address}"
    assert content["listeners"].count("://127.0.0.1:") == 2
    assert content["controller.quorum.voters"].startswith("1@127.0.0.1:")
    assert content["auto.create.topics.enable"] == "false"
    assert content["log.dirs"] == str(service.folder / "data")
    assert (content["min.insync.replicas"], content["offsets.topic.replication.factor"]) == ("1", "1")
    assert service.chosen.read()["kafka"] == service.address


def test_a_message_may_be_as_large_as_a_beacon_with_its_headers(service: Kafka) -> None:
    service.prepare()
    assert int(properties(service)["message.max.bytes"]) == 1_000_000 + 65_536


def test_command_shows_the_configuration_and_hides_the_class_path(service: Kafka) -> None:
    service.prepare()
    launch = service.launch()
    assert launch.command[-2:] == ["kafka.Kafka", service.marker]
    assert launch.environment["CLASSPATH"] == "/jars/kafka.jar"
    assert not any("/jars/" in word for word in launch.command)


def test_failed_format_is_said_and_leaves_no_data(service: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise CommandFailed(command="format", reason="no such class")

    monkeypatch.setattr(java, "run_tool", fails)
    with pytest.raises(CommandFailed, match="no such class"):
        service.prepare()
    assert not (service.folder / "data").exists()


def test_a_tool_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "class_path", list)
    program = ["/bin/sh", "-c", "echo no such class >&2; exit 1"]
    with pytest.raises(CommandFailed, match="no such class"):
        java.run_tool(program, "kafka.tools.StorageTool", "format")


def test_ids_are_what_kafka_takes() -> None:
    ids = {storage.new_id() for _ in range(200)}
    assert len(ids) == 200
    assert all(len(one) == 22 and not one.startswith("-") for one in ids)


def test_three_brokers_are_one_cluster_and_know_each_other(make: Callable[..., Kafka]) -> None:
    services = [make(name) for name in NAMES]
    for one in services:
        one.prepare()
    content = [properties(one) for one in services]
    assert [one["node.id"] for one in content] == ["1", "2", "3"]
    assert len({one["controller.quorum.voters"] for one in content}) == 1
    assert len({one["listeners"] for one in content}) == 3
    assert {one["min.insync.replicas"] for one in content} == {"2"}
    assert {one["offsets.topic.replication.factor"] for one in content} == {"3"}
    assert {one["unclean.leader.election.enable"] for one in content} == {"false"}
    meta = [storage.read_meta(one.storage.folder(one.name)) for one in services]
    assert len({one["cluster.id"] for one in meta}) == 1
    assert services[0].chosen.read()["kafka"] == ",".join(str(one.address) for one in services)
    assert all(one.knows_others() for one in services)
    assert not any(one.note or one.began_anew or one.waits_for() for one in services)


def test_lost_data_is_formatted_again_with_the_same_identity(make: Callable[..., Kafka]) -> None:
    for name in NAMES:
        make(name).prepare()
    data = make("kafka-2").storage.folder("kafka-2")
    before = storage.read_meta(data)
    remove(data)
    again = make("kafka-2")
    assert again.waits_for() == ["kafka-1", "kafka-3"], "they are to run first"
    again.prepare()
    assert storage.read_meta(data) == before
    assert "gets it again from kafka-1 and kafka-3" in (again.note or "")
    assert not again.began_anew


def test_two_that_lost_their_data_begin_with_the_topics_of_the_third(make: Callable[..., Kafka]) -> None:
    """Empty, they would be a majority that knows of no topic."""
    for name in NAMES:
        make(name).prepare()
    log = make("kafka-3").storage.folder("kafka-3") / storage.METADATA_LOG
    log.mkdir()
    (log / "0.log").write_text("topics")
    (log / storage.VOTES).write_text("voted")
    for name in NAMES[:2]:
        remove(make(name).storage.folder(name))
    first, second = make("kafka-1"), make("kafka-2")
    assert not first.waits_for()
    first.prepare()
    seeded = first.storage.folder("kafka-1") / storage.METADATA_LOG
    assert [path.name for path in seeded.iterdir()] == ["0.log"]
    assert second.waits_for() == ["kafka-1", "kafka-3"], "there is a majority again"


def test_three_that_lost_their_data_begin_anew_together(make: Callable[..., Kafka]) -> None:
    for name in NAMES:
        make(name).prepare()
    for name in NAMES:
        remove(make(name).storage.folder(name))
    services = [make(name) for name in NAMES]
    for one in services:
        assert not one.waits_for()
        one.prepare()
    assert [one.began_anew for one in services] == [True, False, False]
    assert "are lost" in (services[0].note or "")
    assert len({storage.read_meta(one.storage.folder(one.name))["cluster.id"] for one in services}) == 1


def test_the_only_broker_says_what_its_lost_data_means(make: Callable[..., Kafka]) -> None:
    first = make()
    first.prepare()
    assert first.note is None
    remove(first.storage.folder("kafka"))
    again = make()
    again.prepare()
    assert "are lost" in (again.note or "")
    assert again.began_anew
    later = make()
    later.prepare()
    assert not later.began_anew


def test_data_without_its_identity_is_not_deleted(service: Kafka) -> None:
    service.prepare()
    data = service.storage.folder("kafka")
    (data / "meta.properties").unlink()
    (data / "events-0").mkdir()
    with pytest.raises(DataWithoutIdentity, match="holds data"):
        service.prepare()
    assert (data / "events-0").exists()


@pytest.mark.parametrize(("before", "after"), [("kafka", "kafka-1"), ("kafka-2", "kafka")])
def test_data_of_another_number_of_brokers_is_not_left_behind(
    make: Callable[..., Kafka], before: str, after: str
) -> None:
    make(before).prepare()
    with pytest.raises(OtherLayout, match=f"/{before} has the data of Kafka"):
        make(after).prepare()


def test_a_project_from_before_keeps_its_cluster(make: Callable[..., Kafka], home: Home) -> None:
    make().prepare()
    (home.path / "kafka.id").rename(home.path / "kept")
    kept = storage.read_meta(home.path / "kafka" / "data")["cluster.id"]
    assert Storage(home.path, ["kafka"]).cluster_id() == kept


def test_broker_whose_port_a_stranger_has_moves_and_the_others_are_told(
    make: Callable[..., Kafka], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        make(name).prepare()
    monkeypatch.setattr(Kafka, "_lives", lambda _, name: name != "kafka-2")
    taken = make("kafka-2").chosen.kept_port("controller-2")
    monkeypatch.setattr("chronos.embedded.ports.is_free", lambda port, _: port != taken)
    moved = make("kafka-2")
    moved.prepare()
    assert moved.chosen.kept_port("controller-2") != taken
    assert moved.knows_others()
    assert not make("kafka-1").knows_others()


def remove(data: Path) -> None:
    shutil.rmtree(data)


def test_topics_are_as_the_settings_say() -> None:
    events, letters, deltas, changelog = kafka_admin.topics(Settings())
    assert (events.name, events.num_partitions, events.replication_factor) == ("events", 6, 1)
    assert (letters.name, letters.num_partitions) == ("dead_letters", 1)
    assert events.topic_configs["retention.ms"] == str(168 * 3600 * 1000)
    assert events.topic_configs["max.message.bytes"] == "1065536"
    assert (deltas.name, deltas.num_partitions) == ("window_deltas", 6)
    assert (changelog.name, changelog.num_partitions) == ("chronos-window_panes-changelog", 6)
    assert changelog.topic_configs["cleanup.policy"] == "compact,delete"
    assert changelog.topic_configs["retention.ms"] == str((48 + 24) * 3600 * 1000)


def test_without_windows_there_are_no_topics_of_theirs() -> None:
    windows = Settings().windows.model_copy(update={"enabled": False})
    found = kafka_admin.topics(Settings().model_copy(update={"windows": windows}))
    assert [topic.name for topic in found] == ["events", "dead_letters"]


def test_a_budget_is_what_topic_events_is_made_with_and_no_other() -> None:
    budget = KafkaSettings(retention_bytes=240_000_000)
    events, *others = kafka_admin.topics(Settings().model_copy(update={"kafka": budget}))
    made = {name: events.topic_configs[name] for name in ("retention.bytes", "segment.bytes")}
    assert made == {"retention.bytes": "35000000", "segment.bytes": "5000000"}
    assert not any("retention.bytes" in one.topic_configs for one in others)


@pytest.mark.parametrize(("replication", "flush"), [(1, "1"), (3, None)])
def test_only_a_single_copy_is_flushed_for_each_beacon(replication: int, flush: str | None) -> None:
    several = KafkaSettings(bootstrap="broker:9092", replication=replication)
    events, *_ = kafka_admin.topics(Settings().model_copy(update={"kafka": several}))
    assert events.topic_configs.get("flush.messages") == flush


def test_three_brokers_keep_three_replicas_two_of_which_take_a_message() -> None:
    three = Settings().model_copy(update={"kafka": KafkaSettings(brokers=3)})
    for topic in kafka_admin.topics(three):
        assert topic.replication_factor == 3
        assert topic.topic_configs["min.insync.replicas"] == "2"
        assert topic.topic_configs["flush.messages"] == "1", "all three copies are on one machine"


def test_a_broker_does_not_start_where_the_disk_of_its_data_is_full_though_that_of_its_state_is_not(
    make: Callable[..., Kafka], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kafka, elsewhere = make(), tmp_path / "elsewhere"
    (elsewhere / "data").mkdir(parents=True)
    kafka.folder.symlink_to(elsewhere)
    full = shutil.disk_usage(tmp_path)._replace(free=99_000_000)
    monkeypatch.setattr(
        "chronos.embedded.service.shutil.disk_usage",
        lambda path: full if path.resolve().is_relative_to(elsewhere) else full._replace(free=10**12),
    )
    found = kafka.lacks_room()
    assert found is not None
    assert found.startswith(f"the disk of {kafka.folder / 'data'} is full: 99.0 MB are free")
