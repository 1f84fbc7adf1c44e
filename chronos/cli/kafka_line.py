"""How Kafka is, in one line: for `chronos status` and `chronos topics`."""

from chronos.kafka_state import KafkaState
from chronos.settings import Settings


async def ask(settings: Settings) -> str:
    """``Kafka: 3 of 3 brokers …`` of the Kafka of these settings, or why nobody can tell."""
    from chronos import addresses, kafka_admin
    from chronos.errors import ServiceError
    from chronos.kafka_look import look

    names = [topic.name for topic in kafka_admin.topics(settings)]
    try:
        state = await look(addresses.kafka(settings), names, settings.kafka.consumer_group)
    except ServiceError as error:
        return f"no answer ({error.reason})"  # type: ignore[attr-defined]
    missing = [name for name in names if name not in state.topics]
    return kafka_line(state) + (f", without {', '.join(missing)}" if missing else "")


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
