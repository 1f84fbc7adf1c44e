-- Makes what the streams need beside them: positions, the views that were made, `time_bucket`.
create table if not exists chronos_positions (
    partition integer primary key,
    next_offset bigint not null,  -- all below is counted, and durable; goes on where a topic is made anew
    sending json not null default '{}'  -- by stream, up to which place rows may be on their way
);

create table if not exists chronos_views (
    name text primary key,
    definition text not null
);

create or replace function time_bucket(width interval, at timestamptz) returns timestamptz
language sql immutable strict
as $$
    select timestamptz '2000-01-03 00:00:00+00' + width * floor(
        extract(epoch from at - timestamptz '2000-01-03 00:00:00+00') / extract(epoch from width))
$$;
