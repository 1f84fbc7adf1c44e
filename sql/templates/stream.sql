-- Makes stream `{name}`: one row per {about}.
create foreign table {name} (
    {columns}client_time timestamptz,  -- the browser's clock
    time timestamptz,  -- arrival
    event_time timestamptz,  -- the browser's clock, corrected
    metadata jsonb,  -- what the beacon said of its page
    partition integer,  -- of topic `events`
    place bigint,  -- the beacon's offset, times 2^20, plus the place of the row in the beacon
    number bigint  -- of the row in this stream and partition, from 1
) server pipelinedb;
