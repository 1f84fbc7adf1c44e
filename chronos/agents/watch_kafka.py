"""Service `watch_kafka`: watches Kafka, the sinks and the disk, from the first moment of a worker on."""

from zlib import crc32

from chronos import addresses, migrations
from chronos.app import app, config
from chronos.services import delivery, health
from chronos.watch import channels
from chronos.watch.ledger import Ledger
from chronos.watch.notice import Notice
from chronos.watch.telling import Teller
from chronos.watch.watching import Facts, Watch

_found = addresses.resolve(config)


def _waiting() -> dict[str, str]:
    return {name: runner.problem for name, runner in health.sinks.items() if runner.problem}


def _is_first() -> bool:
    # Before Kafka has given anybody a partition, each worker may be the only one.
    return not app.has_joined or 0 in app.assigned(config.kafka.events_topic)


async def _told(notice: Notice) -> None:
    await ledger.told(notice.incident, notice.subject, notice.since, notice.state == "ended")


def _show(sentences: list[str]) -> None:
    health.incidents = sentences


ledger = Ledger(
    _found.timescaledb,
    config.web.own_url,
    crc32(config.kafka.consumer_group.encode()) - 2**31,
    config.home / "watch" / f"{config.worker_name}.json",
    prepare=lambda: migrations.ensure(_found.timescaledb, config),
)
facts = Facts(
    config.web.own_url,
    waiting=_waiting,
    spool=lambda: delivery.spool_bytes,
    has_joined=lambda: app.has_joined,
    is_first=_is_first,
)
teller = Teller(channels.configured(config.alerts), _told)
app.intake.append(Watch(_found.kafka, config, facts, ledger, teller, _show))
