-- Makes stream `errors`: one row per error of a page's scripts.
create foreign table errors (
    kind text,  -- one of error, unhandledrejection
    message text,
    source text,  -- address of the script
    line_number integer,
    column_number integer,
    stack text,  -- empty where the page had reported the same error before
    client_time timestamptz,  -- the browser's clock
    time timestamptz,  -- arrival
    event_time timestamptz,  -- the browser's clock, corrected
    metadata jsonb,  -- what the beacon said of its page
    partition integer,  -- of topic `events`
    place bigint,  -- the beacon's offset, times 2^20, plus the place of the row in the beacon
    number bigint  -- of the row in this stream and partition, from 1
) server pipelinedb;
