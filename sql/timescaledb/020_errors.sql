-- Makes `raw.errors` and the view `errors`: one row per error of a page's scripts.
create table raw.errors (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    kind text not null,  -- one of error, unhandledrejection
    message text not null,
    source text not null,  -- address of the script
    line_number integer not null,
    column_number integer not null,
    stack text not null  -- empty where the page had reported the same error before
);
create index errors_event_time_idx on raw.errors (event_time);

create view errors as
select e.id, e.kind, e.message, e.source, e.line_number, e.column_number, e.stack,
    e.time, e.client_time, e.event_time, m.data as metadata
from raw.errors e
join metadata m on m.id = e.metadata_id;
