"""The manifests for Kubernetes, by its own schemas and by what a worker needs."""

import re
from typing import Any

import pytest
import tomlkit
import yaml

import chronos
from chronos import resources
from chronos.settings import Settings, problems
from chronos.settings.paths import OF_FAUST, pixel_path, tracker_paths

FILES = ("chronos.yaml", "secret.yaml")
OBJECTS: list[dict[str, Any]] = [
    found
    for file in FILES
    for found in yaml.safe_load_all(resources.docker(f"kubernetes/{file}").read_text())
]
each_object = pytest.mark.parametrize(
    "found", OBJECTS, ids=lambda found: f"{found['kind']}-{found['metadata']['name']}"
)


def only(kind: str) -> dict[str, Any]:
    return next(found for found in OBJECTS if found["kind"] == kind)


def pod() -> dict[str, Any]:
    found: dict[str, Any] = only("StatefulSet")["spec"]["template"]["spec"]
    return found


@pytest.mark.parametrize("version", ["1.29", "1.37"])
@each_object
def test_kubernetes_accepts_it(found: dict[str, Any], version: str) -> None:
    checker = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
    checker.validate(found, version, strict=True)


def test_a_mistake_would_be_seen() -> None:
    checker = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
    wrong = only("StatefulSet") | {"spec": only("StatefulSet")["spec"] | {"replica": 2}}
    with pytest.raises(checker.ValidationError):
        checker.validate(wrong, "1.37", strict=True)


def test_pods_have_no_rights_and_write_their_state_only() -> None:
    (worker,) = pod()["containers"]
    assert pod()["securityContext"]["runAsNonRoot"]
    assert pod()["securityContext"]["runAsUser"] == 10001
    assert worker["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    writable = {one["mountPath"] for one in worker["volumeMounts"] if not one.get("readOnly")}
    assert writable == {"/var/lib/chronos", "/tmp"}
    assert worker["resources"]["limits"]["memory"]


def test_a_spool_outlives_its_pod() -> None:
    claims = [claim["metadata"]["name"] for claim in only("StatefulSet")["spec"]["volumeClaimTemplates"]]
    mounts = {one["name"]: one["mountPath"] for one in pod()["containers"][0]["volumeMounts"]}
    assert [mounts[name] for name in claims] == ["/var/lib/chronos"]


def test_the_image_is_that_of_this_version() -> None:
    assert pod()["containers"][0]["image"].endswith(f"/chronos:{chronos.__version__}")


def test_settings_are_settings_and_secrets_lie_in_files() -> None:
    given = {one["name"]: one.get("value", "") for one in pod()["containers"][0]["env"]}
    ours = {name for name in given if name.startswith("CHRONOS_")}
    assert ours <= problems.known_variables(Settings)
    files = {value.rpartition("/")[2] for name, value in given.items() if name.endswith("_FILE")}
    assert files == set(only("Secret")["stringData"])
    content = tomlkit.parse(only("ConfigMap")["data"]["chronos.toml"]).unwrap()
    known = {key for _, key, _ in problems.variables(Settings)}
    assert {f"{section}.{key}" for section, keys in content.items() for key in keys} <= known


def test_workers_say_the_name_under_which_others_ask_them() -> None:
    stateful = only("StatefulSet")["spec"]
    given = {one["name"]: one.get("value") for one in pod()["containers"][0]["env"]}
    assert given["CHRONOS_WEB_ADVERTISED_URL"] == f"http://$(POD_NAME).{stateful['serviceName']}:6066"
    headless = [
        found for found in OBJECTS if found["kind"] == "Service" and found["spec"].get("clusterIP") == "None"
    ]
    assert [found["metadata"]["name"] for found in headless] == [stateful["serviceName"]]


def test_pages_are_led_to_workers_that_take_beacons_and_workers_to_all() -> None:
    services = {found["metadata"]["name"]: found["spec"] for found in OBJECTS if found["kind"] == "Service"}
    unready = [name for name, spec in services.items() if spec.get("publishNotReadyAddresses")]
    assert unready == [only("StatefulSet")["spec"]["serviceName"]]
    assert pod()["containers"][0]["readinessProbe"]["httpGet"]["path"] == "/health/ready"


def test_the_ingress_lets_through_what_pages_and_readers_need_and_no_more() -> None:
    paths = {one["path"]: one["pathType"] for one in only("Ingress")["spec"]["rules"][0]["http"]["paths"]}
    web = Settings().web
    public = {web.events_path, pixel_path(web.events_path), *tracker_paths(web.tracker_path)}
    assert {path for path, kind in paths.items() if kind == "Exact"} == {*public, "/"}
    inside = ("/health", "/metrics", "/internal", "/stats", *OF_FAUST)
    assert not [
        path
        for path in inside
        if any(re.match(rf"{re.escape(one)}(/|$)", path) for one in paths if one != "/")
    ]
