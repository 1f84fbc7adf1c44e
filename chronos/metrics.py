"""Every number that Chronos counts, for Prometheus (``GET /metrics``)."""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

# Otherwise each counter has a second series, of when it was made, that nobody reads.
disable_created_metrics()  # type: ignore[no-untyped-call]

BUILD = Gauge("chronos_build_info", "1, with the version of Chronos that runs", ["version"])
REQUESTS = Gauge("chronos_requests_in_flight", "Requests that are being answered, and open streams", ["kind"])
REQUEST_SECONDS = Histogram(
    "chronos_request_seconds",
    "Time in which a request was answered, by the path that is declared for it; streams are left out",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
LOOP_LAG = Histogram(
    "chronos_loop_lag_seconds",
    "How late the event loop came to what was due, looked at twice a second",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
REBALANCES = Counter("chronos_rebalances", "Times that Kafka's consumer group shared out its partitions anew")
ASSIGNED_PARTITIONS = Gauge("chronos_partitions", "Partitions that are this worker's", ["topic"])
WINDOW_KEYS = Gauge(
    "chronos_window_keys", "Keys of windows in this worker's memory, counted in each view and partition"
)
RECOVERING_PARTITIONS = Gauge(
    "chronos_window_partitions_recovering", "Partitions of windows that are being brought back"
)
BEACONS = Counter("chronos_beacons", "Beacons answered by the web view", ["status"])
BEACONS.labels("503")  # begins with 0: Prometheus sees no rise in a series that begins with its first count
IGNORED_PIXELS = Counter(
    "chronos_pixels_ignored", "Pixels that recorded nothing, since somebody wants that", ["reason"]
)
BEACON_BYTES = Counter("chronos_beacon_bytes", "Bytes of the beacons that were accepted")
STORED_EVENTS = Counter("chronos_events_stored", "Events written by a sink", ["sink"])
STORED_BEACONS = Counter("chronos_beacons_stored", "Beacons written by a sink", ["sink"])
DUPLICATE_BEACONS = Counter(
    "chronos_beacons_duplicate", "Beacons that were sent twice, and kept once", ["sink"]
)
REPLAYED_BEACONS = Counter("chronos_beacons_replayed", "Beacons read again from Kafka, and skipped", ["sink"])
BAD_EVENTS = Counter("chronos_events_bad", "Events that did not fit and became dead letters", ["sink"])
CLAMPED_EVENTS = Counter(
    "chronos_events_clamped", "Events whose time was replaced by their arrival", ["sink", "reason"]
)
MISSING_OFFSETS = Counter(
    "chronos_offsets_missing", "Offsets that Kafka no longer had when a sink came to them", ["sink"]
)
POSTPONED_BEACONS = Counter(
    "chronos_beacons_postponed", "Beacons that a sink that waits had no room for, to be read again", ["sink"]
)
SINK_RETRIES = Counter("chronos_sink_retries", "Tries again because the database or Kafka was away", ["sink"])
MISSING_VIEW_ROWS = Gauge(
    "chronos_view_rows_missing", "Rows that PipelineDB was sent and did not count", ["stream", "partition"]
)
BATCH_SECONDS = Histogram("chronos_batch_seconds", "Time that a batch took to be written", ["sink"])
UNDELIVERABLE_BEACONS = Counter(
    "chronos_beacons_undeliverable", "Beacons of the spool that Kafka will never take, kept as files"
)
RECALLED_BEACONS = Counter(
    "chronos_beacons_recalled", "Beacons that Kafka had taken and lost before they were stored, sent again"
)
REMEMBERED_BEACONS = Gauge(
    "chronos_beacons_remembered", "Beacons that Kafka has taken and that are not known to be stored yet"
)
FORGOTTEN_BEACONS = Counter(
    "chronos_beacons_forgotten",
    "Beacons that were not known to be stored when newer ones needed their place in [limits] recall_bytes",
)
SPOOLED_BEACONS = Gauge("chronos_spool_beacons", "Beacons on disk that wait for Kafka")
SPOOLED_BYTES = Gauge("chronos_spool_bytes", "Bytes of the spool that wait for Kafka")
SPOOL_BUDGET_BYTES = Gauge(
    "chronos_spool_budget_bytes", "Bytes that the spool may have: [limits] spool_bytes"
)
DISK_FREE_BYTES = Gauge("chronos_disk_free_bytes", "Free space at the state directory")
KAFKA_BROKERS = Gauge("chronos_kafka_brokers", "Brokers that are there", ["state"])
KAFKA_CONTROLLER = Gauge("chronos_kafka_controller", "Node that leads the controllers; -1 where none does")
KAFKA_OFFLINE = Gauge("chronos_kafka_partitions_offline", "Partitions without a leader")
KAFKA_UNDER_REPLICATED = Gauge(
    "chronos_kafka_partitions_under_replicated", "Partitions of which a replica is missing or behind"
)
KAFKA_REFUSING = Gauge(
    "chronos_kafka_partitions_refusing", "Partitions that take nothing, since too few replicas are in sync"
)
KAFKA_TOPIC_BYTES = Gauge("chronos_kafka_topic_bytes", "Bytes of a topic on all disks", ["topic"])
KAFKA_TOPIC_BUDGET_BYTES = Gauge(
    "chronos_kafka_topic_budget_bytes",
    "Bytes that a topic may have on all disks, where they are limited",
    ["topic"],
)
KAFKA_DISK_FREE_BYTES = Gauge(
    "chronos_kafka_disk_free_bytes", "Free space on the fullest disk of a broker", ["broker"]
)
CONSUMER_LAG = Gauge(
    "chronos_consumer_lag", "Messages in Kafka that a sink has not written yet", ["sink", "partition"]
)
INCIDENTS_OPEN = Gauge("chronos_incidents_open", "Incidents that last", ["name"])
LATE_EVENTS = Counter("chronos_events_late", "Events that came later than [windows] late_after_seconds")
TOO_LATE_EVENTS = Counter("chronos_events_too_late", "Events that came too late to be counted in a window")
EXPIRED_EVENTS = Counter(
    "chronos_window_events_expired",
    "Counts of events whose slot was not kept any more when they were counted",
)
