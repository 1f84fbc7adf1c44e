-- Makes stream `form_submissions`: one row per form sent.
create foreign table form_submissions (
    fields jsonb,  -- by name; null is a value that was not read
    form text,  -- which form it was
    client_time timestamptz,  -- the browser's clock
    time timestamptz,  -- arrival
    event_time timestamptz,  -- the browser's clock, corrected
    metadata jsonb,  -- what the beacon said of its page
    partition integer,  -- of topic `events`
    place bigint,  -- the beacon's offset, times 2^20, plus the place of the row in the beacon
    number bigint  -- of the row in this stream and partition, from 1
) server pipelinedb;
