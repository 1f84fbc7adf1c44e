"""Task `fill_views`: makes the continuous views that Chronos keeps, beside the agent that feeds them."""

from chronos import addresses, migrations
from chronos.app import app, config
from chronos.services import health
from chronos.views.filling import Filler
from chronos.views.upkeep import Upkeep

EVERY = 10.0  # seconds


@app.task(on_leader=False)  # type: ignore[untyped-decorator]
async def fill_views() -> None:
    """Fill what is new or has changed, and later what missed events."""
    if not config.pipelinedb.kept_by_chronos:
        return
    url = addresses.resolve(config).timescaledb
    upkeep = Upkeep(
        Filler(url, config.kafka.events_topic),
        config.pipelinedb.views,
        config.timescaledb.retention_days,
        prepare=lambda: migrations.ensure(url, config),
    )
    health.remarks = upkeep.remarks
    while not app.should_stop:
        await upkeep.once()
        await app.sleep(EVERY)
