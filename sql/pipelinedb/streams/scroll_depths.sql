-- Makes stream `scroll_depths`: one row each time more of a page was seen.
create foreign table scroll_depths (
    depth double precision,  -- per cent of the page's height that was seen so far, 0 to 100: take max()
    client_time timestamptz,  -- the browser's clock
    time timestamptz,  -- arrival
    event_time timestamptz,  -- the browser's clock, corrected
    metadata jsonb,  -- what the beacon said of its page
    partition integer,  -- of topic `events`
    place bigint,  -- the beacon's offset, times 2^20, plus the place of the row in the beacon
    number bigint  -- of the row in this stream and partition, from 1
) server pipelinedb;
