"""Requests of Kafka that aiokafka does not have: bytes on disk, the quorum, single settings of a topic."""

from collections.abc import Mapping

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Array,
    Boolean,
    CompactArray,
    CompactString,
    Int8,
    Int16,
    Int32,
    Int64,
    Schema,
    String,
    TaggedFields,
)


class DescribeLogDirsResponse(Response):  # type: ignore[misc]
    """Each log directory of a broker: bytes of partitions, and of its disk, in all and free."""

    API_KEY = 35
    API_VERSION = 4
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        (
            "folders",
            CompactArray(
                ("error_code", Int16),
                ("path", CompactString("utf-8")),
                (
                    "topics",
                    CompactArray(
                        ("topic", CompactString("utf-8")),
                        (
                            "partitions",
                            CompactArray(
                                ("partition", Int32),
                                ("size", Int64),
                                ("lag", Int64),
                                ("is_future", Boolean),
                                ("tags", TaggedFields),
                            ),
                        ),
                        ("tags", TaggedFields),
                    ),
                ),
                ("disk", Int64),
                ("free", Int64),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class DescribeLogDirsStruct(RequestStruct):  # type: ignore[misc]
    """Version 4, which Kafka has had from 3.3 on: older ones do not tell of disks."""

    API_KEY = 35
    API_VERSION = 4
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = DescribeLogDirsResponse
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(
                ("topic", CompactString("utf-8")),
                ("partitions", CompactArray(Int32)),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class DescribeLogDirs(Request[DescribeLogDirsStruct]):  # type: ignore[misc]
    """Asks one broker for its partitions of ``topics``, a number of partitions by name, and for its disks."""

    API_KEY = 35

    def __init__(self, topics: dict[str, list[int]]) -> None:
        self._topics = topics

    def build(self, kind: type[DescribeLogDirsStruct]) -> DescribeLogDirsStruct:
        """The request as it is sent."""
        return kind([(name, numbers, {}) for name, numbers in self._topics.items()], {})


class DescribeQuorumResponse(Response):  # type: ignore[misc]
    """Who leads the controllers, and which of them there are."""

    API_KEY = 55
    API_VERSION = 0
    _REPLICAS = CompactArray(("id", Int32), ("end", Int64), ("tags", TaggedFields))
    SCHEMA = Schema(
        ("error_code", Int16),
        (
            "topics",
            CompactArray(
                ("topic", CompactString("utf-8")),
                (
                    "partitions",
                    CompactArray(
                        ("partition", Int32),
                        ("error_code", Int16),
                        ("leader", Int32),
                        ("epoch", Int32),
                        ("high_watermark", Int64),
                        ("voters", _REPLICAS),
                        ("observers", _REPLICAS),
                        ("tags", TaggedFields),
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class DescribeQuorumStruct(RequestStruct):  # type: ignore[misc]
    """Version 0, which Kafka has had from 3.3 on."""

    API_KEY = 55
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = DescribeQuorumResponse
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(
                ("topic", CompactString("utf-8")),
                ("partitions", CompactArray(("partition", Int32), ("tags", TaggedFields))),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class DescribeQuorum(Request[DescribeQuorumStruct]):  # type: ignore[misc]
    """Asks any broker, which asks the controller: metadata names some broker that passes requests on."""

    API_KEY = 55

    def build(self, kind: type[DescribeQuorumStruct]) -> DescribeQuorumStruct:
        """The request as it is sent."""
        return kind([("__cluster_metadata", [(0, {})], {})], {})


class IncrementalAlterConfigsResponse(Response):  # type: ignore[misc]
    """By topic, what was wrong."""

    API_KEY = 44
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "resources",
            Array(
                ("error_code", Int16),
                ("error_message", String("utf-8")),
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
            ),
        ),
    )


class IncrementalAlterConfigsStruct(RequestStruct):  # type: ignore[misc]
    """Version 0, which Kafka has had from 2.3 on."""

    API_KEY = 44
    API_VERSION = 0
    RESPONSE_TYPE = IncrementalAlterConfigsResponse
    SCHEMA = Schema(
        (
            "resources",
            Array(
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
                (
                    "configs",
                    Array(("name", String("utf-8")), ("operation", Int8), ("value", String("utf-8"))),
                ),
            ),
        ),
        ("validate_only", Boolean),
    )


class IncrementalAlterConfigs(Request[IncrementalAlterConfigsStruct]):  # type: ignore[misc]
    """Sets some settings of a topic, or with None unsets them; aiokafka's own request resets all others."""

    API_KEY = 44
    _TOPIC = 2
    _SET, _UNSET = 0, 1

    def __init__(self, topic: str, values: Mapping[str, str | None]) -> None:
        self._topic = topic
        self._values = values

    def build(self, kind: type[IncrementalAlterConfigsStruct]) -> IncrementalAlterConfigsStruct:
        """The request as it is sent."""
        entries = [
            (name, self._UNSET if value is None else self._SET, value) for name, value in self._values.items()
        ]
        return kind([(self._TOPIC, self._topic, entries)], False)
