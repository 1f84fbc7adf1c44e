"""Table `window_panes`: what was counted, by view, bucket of keys and slot of event time."""

from functools import partial

from chronos import addresses, kafka_admin, kafka_reader
from chronos.app import app, config
from chronos.tables.pane_table import PaneTable
from chronos.windows.bundles import BUCKETS

window_panes = PaneTable(
    app,
    name="window_panes",
    between=partial(kafka_reader.between, addresses.resolve(config).kafka, kafka_admin.changelog(config)),
    partitions=config.kafka.partitions,
    help=f"Pane (slot of 10 s, one of {BUCKETS} buckets of keys, view) to its counts, by event time",
)

if config.windows.enabled:
    app.tables.add(window_panes)
