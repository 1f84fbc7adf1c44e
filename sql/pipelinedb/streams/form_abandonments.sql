-- Makes stream `form_abandonments`: one row per form that was begun and not sent.
create foreign table form_abandonments (
    form text,  -- which form it was
    fields jsonb,  -- names, in the order in which they were first touched; the last is where it was left
    client_time timestamptz,  -- the browser's clock
    time timestamptz,  -- arrival
    event_time timestamptz,  -- the browser's clock, corrected
    metadata jsonb,  -- what the beacon said of its page
    partition integer,  -- of topic `events`
    place bigint,  -- the beacon's offset, times 2^20, plus the place of the row in the beacon
    number bigint  -- of the row in this stream and partition, from 1
) server pipelinedb;
