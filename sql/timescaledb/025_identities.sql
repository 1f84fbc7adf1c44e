-- Makes `raw.identities` and the view `identities`: one row each time a page said who the visitor is.
create table raw.identities (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    user_id text not null
);
create index identities_event_time_idx on raw.identities (event_time);

create view identities as
select e.id, e.user_id, e.time, e.client_time, e.event_time, m.data as metadata
from raw.identities e
join metadata m on m.id = e.metadata_id;
