"""The Compose files, as the real Compose reads them."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import composing
import pytest

from chronos import __version__, resources
from chronos.containers import mounted, names
from chronos.kafka_admin import HEADERS_BYTES
from chronos.settings import Settings
from chronos.settings.paths import OF_FAUST, pixel_path, tracker_paths

# With an address that only these tests know, so that what they find is what they gave.
GIVEN = {"HOST_ADDRESS": "10.1.2.3", "MAIN_ADDRESS": "10.4.5.6"}
TOGETHER = {
    "compose.yml": ["compose.yml"],
    "compose.hosts.yml": ["compose.yml", "compose.hosts.yml"],
    "compose.workers.yml": ["compose.workers.yml"],
}
SECRET_WORDS = re.compile(r"password|secret|token|key", re.IGNORECASE)


def parsed(compose: list[str], files: list[str], **environment: str) -> dict[str, Any]:
    """What Compose makes of the files, all profiles included."""
    named = [word for file in files for word in ("--file", str(resources.docker(file)))]
    result = subprocess.run(
        [*compose, *named, "--profile", "*", "config", "--format", "json"],
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "level=warning" not in result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def compose() -> list[str]:
    return composing.program()


@pytest.fixture(scope="module")
def whole(compose: list[str]) -> dict[str, Any]:
    """The file for one host, with nothing set."""
    return parsed(compose, ["compose.yml"])


@pytest.fixture(scope="module", params=TOGETHER)
def each(request: pytest.FixtureRequest, compose: list[str]) -> dict[str, Any]:
    """Each of the ways in which the files go together."""
    return parsed(compose, TOGETHER[request.param], **GIVEN)


def services(parts: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from parts["services"].items()


def test_every_image_has_a_version(each: dict[str, Any]) -> None:
    for name, service in services(each):
        tag = service["image"].rpartition(":")[2]
        assert re.search(r"\d+\.\d+", tag), f"{name}: {service['image']}"


def test_the_image_of_workers_is_that_of_this_version(whole: dict[str, Any]) -> None:
    assert whole["services"]["worker"]["image"] == f"chronos:{__version__}"


def test_every_service_says_whether_it_works(each: dict[str, Any]) -> None:
    assert [name for name, one in services(each) if not one.get("healthcheck", {}).get("test")] == []


def test_every_service_has_limits_and_few_rights(each: dict[str, Any]) -> None:
    for name, service in services(each):
        limits = service["deploy"]["resources"]["limits"]
        assert {"cpus", "memory", "pids"} <= set(limits), name
        assert float(limits["cpus"]) <= 1, f"{name}: a machine with one CPU refuses more"
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["restart"] == "unless-stopped", name
        assert service["logging"]["options"].keys() >= {"max-size", "max-file"}, name
        assert not service.get("privileged")


def test_ours_can_write_its_state_only(whole: dict[str, Any]) -> None:
    worker = whole["services"]["worker"]
    assert worker["read_only"]
    assert [one["target"] for one in worker["volumes"] if not one.get("read_only")] == ["/var/lib/chronos"]


def test_no_secret_stands_in_the_environment(each: dict[str, Any]) -> None:
    for name, service in services(each):
        for variable, value in (service.get("environment") or {}).items():
            if SECRET_WORDS.search(variable) or "://" in str(value):
                in_a_file = variable.endswith(("_FILE", "__FILE")) and str(value).startswith("/run/secrets/")
                assert in_a_file or ("@" not in str(value) and not SECRET_WORDS.search(variable)), (
                    f"{name}: {variable}"
                )


def test_secrets_are_those_that_are_made(whole: dict[str, Any]) -> None:
    made = {*mounted.PASSWORDS, "timescaledb_url", "pipelinedb_url"}
    assert set(whole["secrets"]) == made
    assert all(Path(one["file"]).parent.name == "secrets" for one in whole["secrets"].values())


def test_nothing_waits_by_the_clock(each: dict[str, Any]) -> None:
    for name, service in services(each):
        assert "sleep" not in json.dumps([service.get("command"), service.get("entrypoint")]), name
        conditions = {one["condition"] for one in (service.get("depends_on") or {}).values()}
        assert conditions <= {"service_healthy"}, name


def test_only_the_proxy_is_for_others_and_only_where_that_was_said(
    compose: list[str], whole: dict[str, Any]
) -> None:
    def hosts(parts: dict[str, Any]) -> dict[str, set[str]]:
        ports = {name: one.get("ports") or [] for name, one in services(parts)}
        return {name: {port["host_ip"] for port in of_one} for name, of_one in ports.items() if of_one}

    assert set.union(*hosts(whole).values()) == {"127.0.0.1"}
    open_to_all = hosts(parsed(compose, ["compose.yml"], LISTEN="0.0.0.0"))
    assert {name for name, found in open_to_all.items() if found != {"127.0.0.1"}} == {"proxy"}
    assert "worker" not in open_to_all


def test_the_proxy_reaches_workers_and_nothing_else(whole: dict[str, Any]) -> None:
    there = {name for name, one in services(whole) if "front" in one["networks"]}
    assert there == {"proxy", "worker"}
    assert set(whole["services"]["proxy"]["networks"]) == {"front"}


def test_three_brokers_keep_each_event_twice_at_least(whole: dict[str, Any]) -> None:
    brokers = [whole["services"][name]["environment"] for name in names.BROKERS]
    assert sorted(one["KAFKA_NODE_ID"] for one in brokers) == ["1", "2", "3"]
    for broker in brokers:
        assert broker["KAFKA_MIN_INSYNC_REPLICAS"] == "2"
        assert broker["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
        assert {broker[key] for key in broker if key.endswith("REPLICATION_FACTOR")} == {"3"}
        assert int(broker["KAFKA_MESSAGE_MAX_BYTES"]) >= Settings().limits.beacon_bytes + HEADERS_BYTES
    worker = whole["services"]["worker"]["environment"]
    assert (worker["CHRONOS_KAFKA_REPLICATION"], worker["CHRONOS_KAFKA_PARTITIONS"]) == ("3", "6")


def test_data_lies_in_volumes_with_names(whole: dict[str, Any]) -> None:
    used = {
        volume["source"]
        for _, service in services(whole)
        for volume in service.get("volumes", [])
        if volume["type"] == "volume"
    }
    assert used == set(whole["volumes"])
    assert {*names.BROKERS, "timescaledb", "chronos"} <= used


def test_names_of_services_are_known_to_the_commands(whole: dict[str, Any]) -> None:
    named = {"worker" if names.is_one_worker(name) else name for name in names.all_of(2, names.OF_PROFILES)}
    assert named == set(whole["services"])


def test_settings_in_the_environment_are_settings(
    each: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chronos.settings import problems

    known = problems.known_variables(Settings)
    for _, service in services(each):
        given = {name for name in service.get("environment") or {} if name.startswith("CHRONOS_")}
        assert given <= known


def test_workers_of_other_hosts_are_reached_where_they_say(compose: list[str]) -> None:
    for files, broker in (
        (["compose.yml", "compose.hosts.yml"], "kafka-1:9092"),
        (["compose.workers.yml"], "10.4.5.6:19092"),
    ):
        worker = parsed(compose, files, **GIVEN)["services"]["worker"]
        port = worker["ports"][0]
        assert (
            worker["environment"]["CHRONOS_WEB_ADVERTISED_URL"]
            == f"http://{port['host_ip']}:{port['published']}"
        )
        assert port["host_ip"] == GIVEN["HOST_ADDRESS"]
        assert worker["environment"]["CHRONOS_KAFKA_BOOTSTRAP"].startswith(broker)
        assert " " not in worker["environment"]["CHRONOS_KAFKA_BOOTSTRAP"]


def test_brokers_say_an_address_that_other_hosts_reach(compose: list[str]) -> None:
    whole = parsed(compose, ["compose.yml", "compose.hosts.yml"], **GIVEN)
    for name in names.BROKERS:
        port = whole["services"][name]["ports"][0]
        said = whole["services"][name]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
        assert f"HOST://{port['host_ip']}:{port['published']}" in said


def test_the_proxy_lets_through_what_the_settings_say_and_never_what_is_inside(whole: dict[str, Any]) -> None:
    web = Settings().web
    public = [web.events_path, pixel_path(web.events_path), *tracker_paths(web.tracker_path)]
    assert whole["services"]["proxy"]["environment"]["PUBLIC_PATHS"].split() == public
    text = resources.docker("proxy/Caddyfile").read_text()
    let_through = re.findall(r"(?m)^\t@\w+ path (.*)$", text)
    assert len(let_through) == 2
    inside = ("/health", "/metrics", "/internal", "/stats", *OF_FAUST)
    assert [path for path in inside if any(path in line for line in let_through)] == []


def test_grafana_is_given_what_its_provisioning_names_and_no_password_but_the_readers(
    whole: dict[str, Any],
) -> None:
    grafana = whole["services"]["grafana"]
    folder = resources.grafana("provisioning")
    texts = [path.read_text() for path in sorted(folder.rglob("*.yml"))]
    named = {name for text in texts for name in re.findall(r"\$\{(\w+)\}", text)}
    assert named <= grafana["environment"].keys()
    files = {name for text in texts for name in re.findall(r"\$__file\{(\S+)\}", text)}
    given = {f"/run/secrets/{one['source']}" for one in grafana["secrets"]}
    assert files == given - {"/run/secrets/grafana_password"}
    [path] = [one for text in texts for one in re.findall(r"^\s+path: (\S+)$", text, re.MULTILINE)]
    mounts = {one["target"]: Path(one["source"]) for one in grafana["volumes"] if one["type"] == "bind"}
    assert mounts[path] == resources.grafana("dashboards")
    assert mounts["/etc/grafana/provisioning"] == folder


def test_workers_can_make_the_role_by_which_grafana_reads(whole: dict[str, Any]) -> None:
    of_workers = {one["source"] for one in whole["services"]["worker"]["secrets"]}
    assert mounted.READER_PASSWORD in of_workers & {
        one["source"] for one in whole["services"]["grafana"]["secrets"]
    }
