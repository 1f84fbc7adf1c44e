-- Makes stream `rage_clicks`: one row per three clicks within a second on one spot.
create foreign table rage_clicks (
    target_node text,
    x double precision,  -- CSS pixels of the viewport, from the left
    y double precision,  -- CSS pixels of the viewport, from the top
    client_time timestamptz,  -- the browser's clock
    time timestamptz,  -- arrival
    event_time timestamptz,  -- the browser's clock, corrected
    metadata jsonb,  -- what the beacon said of its page
    partition integer,  -- of topic `events`
    place bigint,  -- the beacon's offset, times 2^20, plus the place of the row in the beacon
    number bigint  -- of the row in this stream and partition, from 1
) server pipelinedb;
