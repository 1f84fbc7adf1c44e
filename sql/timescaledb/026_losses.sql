-- Makes `raw.losses` and the view `losses`: one row per reason for which a tracker dropped events.
create table raw.losses (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    reason text not null,
    events integer not null  -- how many were dropped
);
create index losses_event_time_idx on raw.losses (event_time);

create view losses as
select e.id, e.reason, e.events, e.time, e.client_time, e.event_time, m.data as metadata
from raw.losses e
join metadata m on m.id = e.metadata_id;
