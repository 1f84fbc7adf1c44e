-- Makes stream `clicks`: one row per click.
create foreign table clicks (
    target_node text,
    buttons integer,  -- held down: the sum of 1 (left), 2 (right), 4 (middle), 8 and 16
    x double precision,  -- CSS pixels of the viewport, from the left
    y double precision,  -- CSS pixels of the viewport, from the top
    text text,  -- of what was clicked; null unless click_text is set
    client_time timestamptz,  -- the browser's clock
    time timestamptz,  -- arrival
    event_time timestamptz,  -- the browser's clock, corrected
    metadata jsonb,  -- what the beacon said of its page
    partition integer,  -- of topic `events`
    place bigint,  -- the beacon's offset, times 2^20, plus the place of the row in the beacon
    number bigint  -- of the row in this stream and partition, from 1
) server pipelinedb;
