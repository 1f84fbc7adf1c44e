"""Makes Kafka and the database ready for workers: topics and schema."""

from chronos import addresses
from chronos.errors import ServiceError
from chronos.settings import Settings


async def make_ready(settings: Settings) -> list[str]:
    """Create topics and migrate, wherever the services are; return what was done, or raise ServiceError."""
    import asyncpg

    from chronos import kafka_admin, migrations

    found = addresses.resolve(settings)
    created = await kafka_admin.create_topics(found.kafka, settings)
    try:
        applied = await migrations.migrate(found.timescaledb, settings)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise ServiceError(service="TimescaleDB", reason=str(error) or type(error).__name__) from error
    return [f"topic {name}" for name in created] + [f"migration {name}" for name in applied]
