-- Makes `raw.{name}` and the view `{name}`: one row per {about}.
create table raw.{name} (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null{columns}
);
create index {name}_event_time_idx on raw.{name} (event_time);

create view {name} as
select e.id, {selected}e.time, e.client_time, e.event_time, m.data as metadata
from raw.{name} e
join metadata m on m.id = e.metadata_id;
