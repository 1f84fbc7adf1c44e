"""What Compose says is shortened, and its errors say what to do."""

import pytest

from chronos.containers import progress
from chronos.containers.errors import (
    CommandFailed,
    ContainerError,
    EngineAway,
    NoImage,
    NotHealthy,
    PortTaken,
)


def test_each_step_that_matters_is_told_once() -> None:
    told: list[str] = []
    hear = progress.teller(told.append, "shop")
    for line in (
        " Network shop_back  Creating",
        " timescaledb Pulling ",
        " Container shop-kafka-1-1  Waiting",
        " Container shop-kafka-1-1  Healthy",
        " Container shop-kafka-1-1  Healthy",
        " Container shop-worker-2  Healthy",
    ):
        hear(line)
    assert told == ["timescaledb  pulls its image", "kafka-1      works", "worker-2     works"]


PORT = (
    "Error response from daemon: driver failed programming external connectivity on endpoint shop-proxy-1:"
    " Bind for 127.0.0.1:6066 failed: port is already allocated"
)
USERLAND = (
    "Error response from daemon: failed to set up container networking: driver failed programming external"
    " connectivity: failed to bind host port for 0.0.0.0:80:172.19.0.2:80/tcp: address already in use"
)


@pytest.mark.parametrize(
    ("said", "error", "text"),
    [
        (PORT, PortTaken, "Port 6066 of this machine is taken"),
        (USERLAND, PortTaken, "Port 80 of this machine is taken"),
        (
            "dependency failed to start: container shop-worker-2 is unhealthy",
            NotHealthy,
            "worker-2 does not work: because",
        ),
        (
            "dependency failed to start: container shop-kafka-1-1 exited (1)",
            NotHealthy,
            "kafka-1 does not work: it ended with exit code 1; `chronos log kafka-1` shows more",
        ),
        (
            "Error response from daemon: manifest for grafana/grafana:99.1 not found: manifest unknown",
            NoImage,
            "The image grafana/grafana:99.1 is not to be had",
        ),
        (
            'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup failed',
            NoImage,
            "is not to be had",
        ),
        (
            " grafana Error Get: no such host\nError response from daemon: dial tcp: no such host",
            NoImage,
            "The image of grafana is not to be had",
        ),
        (
            "Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?",
            EngineAway,
            "start it (`systemctl start docker`)",
        ),
        ("Error response from daemon: odd\n\n", CommandFailed, "`docker compose up` failed: odd"),
    ],
)
def test_an_error_says_what_to_do(said: str, error: type[ContainerError], text: str) -> None:
    reasons = {"worker-2": "because"}
    found = progress.wrong(f" Container shop-x  Starting\n{said}", "shop", "chronos:1", reasons.get)
    assert type(found) is error
    assert text in str(found)
