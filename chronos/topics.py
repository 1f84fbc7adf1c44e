"""Every topic that Chronos reads or writes."""

from chronos.app import app, config

# Beacons as they came. Key: the visitor's uuid; headers: id, time, project.
events_topic = app.topic(
    config.kafka.events_topic,
    key_type=bytes,
    key_serializer="raw",
    value_type=bytes,
    value_serializer="raw",
)

# Events that did not fit, as they came. Headers: beacon_id, time, project, index, reason.
dead_letters_topic = app.topic(
    config.kafka.dead_letters_topic,
    key_type=bytes,
    key_serializer="raw",
    value_type=bytes,
    value_serializer="raw",
)

# What batches of beacons add to windows: bundles of deltas (chronos.windows.bundles). No key: a bundle is
# for its partition, which has the same buckets of keys as that of table `window_panes`.
window_deltas_topic = app.topic(
    config.kafka.window_deltas_topic,
    key_type=bytes,
    key_serializer="raw",
    value_type=bytes,
    value_serializer="raw",
)
