"""What is said of a Kafka that does not answer, alike in commands and workers."""

from aiokafka.errors import KafkaConnectionError, KafkaError

AWAY = (KafkaError, OSError, TimeoutError)


def reason(error: BaseException) -> str:
    """Why Kafka could not be asked, in few words."""
    if isinstance(error, KafkaConnectionError):
        return "no broker answers"
    return str(error) or f"no answer ({type(error).__name__})"
