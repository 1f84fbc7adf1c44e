-- Makes `raw.sessions` and the view `sessions`: one row per session that began.
create table raw.sessions (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    session_id text not null
);
create index sessions_event_time_idx on raw.sessions (event_time);

create view sessions as
select e.id, e.session_id, e.time, e.client_time, e.event_time, m.data as metadata
from raw.sessions e
join metadata m on m.id = e.metadata_id;
