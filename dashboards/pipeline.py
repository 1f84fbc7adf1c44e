"""The dashboard about Chronos itself, from the workers' metrics. A new metric is one panel more."""

from dashboards.model import (
    COUNT,
    NO_UNIT,
    RATE,
    SECONDS,
    TEXT,
    TIME,
    Bounds,
    Dashboard,
    MetricPanel,
    SqlPanel,
)
from dashboards.model import Expression as Query
from dashboards.operating import BYTES, KAFKA, WORKERS

BYTES_PER_SECOND = "Bps"
NOTHING = Bounds(0, 1)  # anything at all is bad
TIMES = {"first_time": TIME, "last_time": TIME}


def _per_second(metric: str, *labels: str, what: str = "") -> Query:
    """How fast a counter rises, over all workers, for each value of its labels."""
    return Query(f"sum{_by(labels)} (rate({metric}[$__rate_interval]))", what or _legend(labels))


def _in_range(metric: str, *labels: str, what: str = "") -> Query:
    """By how much a counter has risen in the time range."""
    return Query(f"sum{_by(labels)} (increase({metric}[$__range]))", what or _legend(labels))


def _by(labels: tuple[str, ...]) -> str:
    return f" by ({', '.join(labels)})" if labels else ""


def _legend(labels: tuple[str, ...]) -> str:
    return " ".join(f"{{{{{label}}}}}" for label in labels) or "all workers"


def _number(name: str, title: str, about: str, *queries: Query, bounds: Bounds | None = None) -> MetricPanel:
    return MetricPanel(name, title, about, queries, kind="number", width=6, height=5, bounds=bounds)


STATE = [
    _number(
        "workers",
        "Workers",
        "How many workers answer Prometheus, out of those that it knows.",
        Query('sum(up{job="chronos"})', "answer"),
        Query('count(up{job="chronos"})', "known"),
    ),
    _number(
        "spool",
        "Beacons that wait for Kafka",
        "Beacons that were answered and are on the disk of a worker, since Kafka does not take them."
        " More than 0 for minutes means: see to Kafka.",
        Query("sum(chronos_spool_beacons)", "on disk"),
        bounds=NOTHING,
    ),
    _number(
        "refused",
        "Beacons refused for want of room",
        "Beacons answered with 503 in the time range: neither Kafka nor the spool could take them.",
        Query('sum(increase(chronos_beacons_total{status="503"}[$__range])) or vector(0)', "503"),
        bounds=NOTHING,
    ),
    _number(
        "missing",
        "Lost in Kafka",
        "Offsets in the time range that Kafka no longer had when a sink came to them: it deleted beacons"
        " before they were stored.",
        Query("sum(increase(chronos_offsets_missing_total[$__range])) or vector(0)", "offsets"),
        bounds=NOTHING,
    ),
]
FLOW = [
    MetricPanel(
        "beacons",
        "Beacons by answer",
        "Beacons that came in each second, by the status with which they were answered: 200 is taken, 4xx is"
        " refused since something is wrong with the beacon, 503 since there is no room.",
        [_per_second("chronos_beacons_total", "status")],
        RATE,
    ),
    MetricPanel(
        "bytes",
        "Bytes taken",
        "Bytes of the beacons that were taken, per second, over all workers.",
        [_per_second("chronos_beacon_bytes_total")],
        BYTES_PER_SECOND,
    ),
    MetricPanel(
        "stored",
        "Events written",
        "Events that each sink wrote per second: store_events the raw events, feed_views those of the"
        " continuous views, count_windows those of windows, which should keep up with it. apply_deltas"
        " writes counts, keep_dead_letters letters.",
        [_per_second("chronos_events_stored_total", "sink")],
        RATE,
    ),
    MetricPanel(
        "stored_beacons",
        "Beacons written",
        "Beacons that each sink wrote per second.",
        [_per_second("chronos_beacons_stored_total", "sink")],
        RATE,
    ),
    MetricPanel(
        "batches",
        "Time to write a batch",
        "How long a sink took to write a batch: 19 of 20 batches took no longer than this.",
        [
            Query(
                "histogram_quantile(0.95, sum by (le, sink)"
                " (rate(chronos_batch_seconds_bucket[$__rate_interval])))",
                "{{sink}}",
            )
        ],
        SECONDS,
    ),
    MetricPanel(
        "retries",
        "Tries again",
        "How often a sink tried again per second, because the database or Kafka was away. Above 0 it waits.",
        [_per_second("chronos_sink_retries_total", "sink")],
        RATE,
    ),
    MetricPanel(
        "remembered",
        "Beacons not known to be stored",
        "Beacons that Kafka has taken and that workers remember until they are stored, to send them again if"
        " Kafka loses them: those of the last seconds as a rule, and more while storing is behind.",
        [Query("sum(chronos_beacons_remembered)", "remembered")],
    ),
    MetricPanel(
        "postponed",
        "Beacons to be read again",
        "Beacons per second for which a sink that waits had no room, and that it reads from Kafka later.",
        [_per_second("chronos_beacons_postponed_total", "sink")],
        RATE,
    ),
    MetricPanel(
        "repeated",
        "Beacons that came again",
        "Beacons per second that were sent twice and kept once (duplicates), and that were read again from"
        " Kafka and skipped (replayed), by sink. Both are harmless.",
        [
            _per_second("chronos_beacons_duplicate_total", "sink", what="{{sink}}: duplicates"),
            _per_second("chronos_beacons_replayed_total", "sink", what="{{sink}}: replayed"),
        ],
        RATE,
    ),
    MetricPanel(
        "late",
        "Late events",
        "Events per second that came later than [windows] late_after_seconds; those that came too late to be"
        " counted in a window; and counts whose slot was not kept any more. All of them are stored.",
        [
            _per_second("chronos_events_late_total", what="late"),
            _per_second("chronos_events_too_late_total", what="too late"),
            _per_second("chronos_window_events_expired_total", what="expired"),
        ],
        RATE,
    ),
]
REMARKABLE = [
    MetricPanel(
        "bad",
        "Events that do not fit",
        "Events in the time range that became dead letters, by sink: something sends what Chronos does not"
        " know.",
        [_in_range("chronos_events_bad_total", "sink")],
        kind="bars",
    ),
    MetricPanel(
        "clamped",
        "Event times replaced",
        "Events in the time range whose time was replaced by that of their arrival, by sink and reason: the"
        " browser's clock is in the future, or the event is very old.",
        [_in_range("chronos_events_clamped_total", "sink", "reason")],
        kind="bars",
    ),
    MetricPanel(
        "unkept",
        "Beacons and rows to look after",
        "In the time range: beacons of the spool that Kafka will never take, kept as files, and pixels that"
        " recorded nothing, since somebody wants that, and beacons that Kafka had lost and that were sent"
        " again, and beacons that a worker had no memory for until they were known to be stored. Now: rows"
        " that PipelineDB was sent and did not count.",
        [
            _in_range("chronos_beacons_recalled_total", what="sent again"),
            _in_range("chronos_beacons_forgotten_total", what="no longer remembered"),
            _in_range("chronos_beacons_undeliverable_total", what="undeliverable"),
            _in_range("chronos_pixels_ignored_total", "reason", what="pixels: {{reason}}"),
            Query("sum by (stream) (chronos_view_rows_missing)", "rows missing: {{stream}}"),
        ],
        kind="bars",
        width=24,
    ),
]
PROCESSES = [
    MetricPanel(
        "memory",
        "Memory of workers",
        "Memory that each worker has in use.",
        [Query('process_resident_memory_bytes{job="chronos"}', "{{instance}}")],
        BYTES,
        width=12,
    ),
    MetricPanel(
        "cpu",
        "Processors used by workers",
        "How many processors' time each worker uses; it cannot use much more than one.",
        [Query('rate(process_cpu_seconds_total{job="chronos"}[$__rate_interval])', "{{instance}}")],
        NO_UNIT,
        width=12,
    ),
]
STORED = [
    SqlPanel(
        "progress",
        "Progress of the sinks",
        "table",
        {"sink": TEXT, "topic": TEXT, "partition": NO_UNIT, "next_offset": NO_UNIT, "updated": TIME},
        width=24,
        empty="Nothing was stored yet",
    ),
    SqlPanel(
        "dead_letters",
        "Dead letters by reason",
        "table",
        {"project": TEXT, "reason": TEXT, "letters": COUNT, **TIMES},
        width=24,
        empty="No dead letter in this time range",
    ),
]
PIPELINE = Dashboard(
    "pipeline",
    "Pipeline health",
    "Whether what browsers send arrives, is stored and is counted, from the metrics of the workers",
    [*STATE, *KAFKA, *FLOW, *REMARKABLE, *WORKERS, *PROCESSES, *STORED],
    refresh="1m",
)
