"""Panels of "Pipeline health" about Kafka, disks, and how each worker keeps up."""

from dashboards.model import COUNT, SECONDS, MetricPanel
from dashboards.model import Expression as Query

BYTES = "decbytes"  # kB of 1,000, as `chronos status` counts them
KAFKA = [
    MetricPanel(
        "incidents",
        "Open incidents",
        "What needs a person now, by name: how many of it last. `chronos alerts` says what to do.",
        [Query("max by (name) (chronos_incidents_open) > 0", "{{name}}")],
        kind="bars",
        width=24,
        empty="Nothing needs a person",
    ),
    MetricPanel(
        "lag",
        "Beacons that wait in Kafka",
        "How many messages of its topic each sink has still to write, over all partitions.",
        [Query("sum by (sink) (max by (sink, partition) (chronos_consumer_lag))", "{{sink}}")],
        COUNT,
        width=12,
    ),
    MetricPanel(
        "kafka",
        "Kafka's brokers and partitions",
        "Brokers that are there and away; partitions without a leader, with fewer replicas in sync than they"
        " have, and with too few of them to take anything; which node leads the controllers, -1 for none.",
        [
            Query("max by (state) (chronos_kafka_brokers)", "brokers {{state}}"),
            Query("max(chronos_kafka_partitions_offline)", "partitions offline"),
            Query("max(chronos_kafka_partitions_under_replicated)", "partitions under-replicated"),
            Query("max(chronos_kafka_partitions_refusing)", "partitions that take nothing"),
            Query("max(chronos_kafka_controller)", "controller's node"),
        ],
        width=12,
    ),
    MetricPanel(
        "topics",
        "Topics on disk",
        "Bytes of each topic on the disks of all brokers, and how many it may have where they are limited.",
        [
            Query("max by (topic) (chronos_kafka_topic_bytes)", "{{topic}}"),
            Query("max by (topic) (chronos_kafka_topic_budget_bytes)", "{{topic}} at most"),
        ],
        BYTES,
        width=12,
    ),
    MetricPanel(
        "disk",
        "Room on disks",
        "Bytes that are free on the disk of each worker's state directory and of each broker, those of the"
        " spool, and how many it may have.",
        [
            Query("chronos_disk_free_bytes", "{{instance}} free"),
            Query("min by (broker) (chronos_kafka_disk_free_bytes)", "broker {{broker}} free"),
            Query("chronos_spool_bytes", "{{instance}} spool"),
            Query("chronos_spool_budget_bytes", "{{instance}} spool at most"),
        ],
        BYTES,
        width=12,
    ),
]
WORKERS = [
    MetricPanel(
        "requests",
        "How fast requests are answered",
        "The time in which 99 of 100 requests were answered, by the path that is declared for them, and the"
        " mean of all.",
        [
            Query(
                "sum(rate(chronos_request_seconds_sum[$__rate_interval]))"
                " / sum(rate(chronos_request_seconds_count[$__rate_interval]))",
                "mean",
            ),
            Query(
                "histogram_quantile(0.99, sum by (route, le)"
                " (rate(chronos_request_seconds_bucket[$__rate_interval])))",
                "{{route}}",
            ),
        ],
        SECONDS,
    ),
    MetricPanel(
        "in_flight",
        "Requests in flight",
        "Requests that are being answered, and streams that are open, over all workers.",
        [Query("sum by (kind) (chronos_requests_in_flight)", "{{kind}}")],
        COUNT,
    ),
    MetricPanel(
        "loop",
        "How late the event loop is",
        "How late workers came to what was due, 99 of 100 times, and the mean. Tenths of a second mean: too"
        " much to do.",
        [
            Query(
                "sum(rate(chronos_loop_lag_seconds_sum[$__rate_interval]))"
                " / sum(rate(chronos_loop_lag_seconds_count[$__rate_interval]))",
                "mean",
            ),
            Query(
                "histogram_quantile(0.99, sum by (instance, le)"
                " (rate(chronos_loop_lag_seconds_bucket[$__rate_interval])))",
                "{{instance}}",
            ),
        ],
        SECONDS,
    ),
    MetricPanel(
        "partitions",
        "Partitions of workers",
        "Partitions of each topic that are a worker's, those of windows that are being brought back, and how"
        " often partitions were shared out anew in five minutes.",
        [
            Query("sum by (instance, topic) (chronos_partitions)", "{{topic}} at {{instance}}"),
            Query("chronos_window_partitions_recovering", "brought back at {{instance}}"),
            Query("sum(increase(chronos_rebalances_total[5m]))", "shared out anew"),
        ],
        COUNT,
    ),
    MetricPanel(
        "window_keys",
        "Keys of windows in memory",
        "Keys that each worker counts, in each view and partition.",
        [Query("chronos_window_keys", "{{instance}}")],
        COUNT,
    ),
    MetricPanel(
        "versions",
        "Versions of Chronos",
        "How many workers run each version.",
        [Query("count by (version) (chronos_build_info)", "{{version}}")],
        COUNT,
    ),
]
