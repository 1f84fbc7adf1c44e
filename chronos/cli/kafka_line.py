"""How Kafka is, in one line: for `chronos status` and `chronos topics`."""

from chronos.kafka_state import KafkaState


def kafka_line(kafka: KafkaState) -> str:
    """Brokers, controller, and what is wrong with partitions."""
    brokers = f"{len(kafka.brokers)} of {len(kafka.known)} broker{'s' * (len(kafka.known) != 1)}"
    controller = "no controller" if kafka.controller is None else f"controller {kafka.controller}"
    parts = [brokers, controller, f"{len(kafka.partitions)} partitions"]
    for number, what in (
        (len(kafka.offline), "offline"),
        (len(kafka.under_least), "that take nothing"),
        (len(kafka.under_replicated), "under-replicated"),
    ):
        if number:
            parts.append(f"{number} {what}")
    return ", ".join(parts)
