"""Where the workers of a consumer group are, as they tell each other through Kafka."""

import asyncio
import json

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata

from chronos.errors import ServiceError
from chronos.kafka_away import AWAY, reason

SECONDS = 8.0


async def addresses(bootstrap: str, group: str) -> list[str]:
    """The advertised address of each worker of ``group``; ServiceError where Kafka does not say."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=int(SECONDS * 1000))
    try:
        async with asyncio.timeout(SECONDS):
            await client.start()
            answers = await client.describe_consumer_groups([group])
    except AWAY as error:
        raise ServiceError(service=f"Kafka at {bootstrap}", reason=reason(error)) from error
    finally:
        await client.close()
    members = [
        member for answer in answers for found in answer.to_object()["groups"] for member in found["members"]
    ]
    return sorted({address for one in members if (address := _address(one["member_metadata"]))})


def _address(metadata: bytes) -> str | None:
    """What Faust adds to a member's subscription, for table_route; None for members of others."""
    try:
        user_data = ConsumerProtocolMemberMetadata.decode(metadata).user_data
        return str(json.loads(user_data)["url"]).rstrip("/")
    except (ValueError, KeyError, TypeError):
        return None
