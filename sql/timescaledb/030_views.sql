-- Makes schema `views`: the continuous views that Chronos keeps, what it knows of them, and their arithmetic.
create schema views;
create sequence views.revisions;

-- What is below the offsets of a topic that was made anew: base + next_offset never goes back.
alter table watermarks add column base bigint not null default 0;

create table views.catalog (
    name text primary key,
    about text not null,  -- what the first line of its file says
    file text not null,  -- where it was declared
    definition text not null,  -- as declared, in PipelineDB's words
    fingerprint text not null,  -- of what is kept for it
    next_definition text,  -- what is being filled and takes its place then
    state text not null check (state in ('filling', 'live', 'dropped')),
    filled timestamptz,  -- since when it is complete
    missed boolean not null default false,  -- something that was stored was not fed to it
    revision bigint not null default nextval('views.revisions')  -- tells feeders that something changed
);

create table views.ahead (
    relation text not null,  -- table of schema `views` that holds more than feed_views has fed
    topic text not null,
    partition integer not null,
    next_offset bigint not null,  -- first offset that it does not hold
    primary key (relation, topic, partition)
);

-- The time by which windows slide and rows expire, one for all of a statement; tests set it.
create function views.present() returns timestamptz
language sql stable
as $$ select coalesce(nullif(current_setting('chronos.present', true), '')::timestamptz, statement_timestamp()) $$;

-- Rounds a time down to a multiple of an interval, counted from Monday 2000-01-03, UTC.
create function views.time_bucket(width interval, at timestamptz) returns timestamptz
language sql immutable parallel safe
as $$ select date_bin(width, at, timestamptz '2000-01-03 00:00:00+00') $$;

-- The same text for equal values, whatever they look like: numeric 1.0 is 1.00, float 0 is -0, json 1 is 1.0.
create function views.text_of(value anyelement) returns text
language sql stable parallel safe
as $$ select value::text $$;

create function views.text_of(value text) returns text
language sql immutable parallel safe
as $$ select value $$;

create function views.text_of(value smallint) returns text
language sql immutable parallel safe
as $$ select value::text $$;

create function views.text_of(value integer) returns text
language sql immutable parallel safe
as $$ select value::text $$;

create function views.text_of(value bigint) returns text
language sql immutable parallel safe
as $$ select value::text $$;

create function views.text_of(value numeric) returns text
language sql immutable parallel safe
as $$ select trim_scale(value)::text $$;

create function views.text_of(value real) returns text
language sql immutable parallel safe
as $$ select (value + 0.0::float4)::text $$;

create function views.text_of(value double precision) returns text
language sql immutable parallel safe
as $$ select (value + 0.0::float8)::text $$;

create function views.text_of(value jsonb) returns text
language sql immutable parallel safe
as $$ select jsonb_hash_extended(value, 0) || '/' || jsonb_hash_extended(value, 1) $$;

-- Distinct values as the 4,096 smallest of their hashes: exact below that, then with a standard error of 1.6 %.
-- Source: Bar-Yossef et al., Counting Distinct Elements in a Data Stream (2002); Beyer et al. (2007), the estimate.
create function views.merge_hashes(a bigint[], b bigint[]) returns bigint[]
language sql immutable parallel safe
as $$
    select case
        when a is null then b[1:4096]
        when b is null then a[1:4096]
        else array(select distinct h from unnest(a || b) as u (h) order by h limit 4096)
    end
$$;

create aggregate views.union_hashes(bigint[]) (sfunc = views.merge_hashes, stype = bigint[]);

create function views.distinct_count(hashes bigint[]) returns bigint
language sql immutable parallel safe
as $$
    select case
        when hashes is null then 0
        when cardinality(hashes) < 4096 then cardinality(hashes)
        else round(4095 * 2.0 ^ 64 / (hashes[4096]::numeric + 2.0 ^ 63))
    end::bigint
$$;

-- Percentiles by counts of values in buckets whose ends are 2 % apart, so that a value is off by at most 1 %.
-- Source: Masson et al., DDSketch (2019). Buckets are numbered in the order of their values; 0 is zero.
-- (Less than 1e-300 is zero, and more than 1e300 is that: nothing overflows.)
create function views.bucket_of(value double precision) returns integer
language sql immutable strict parallel safe
as $$
    select case
        when abs(value) < 1e-300 then 0
        else sign(value)::integer * (40000 + ceil(ln(least(abs(value), 1e300)) / ln(1.01::float8 / 0.99))::integer)
    end
$$;

create function views.bucket_value(bucket integer) returns double precision
language sql immutable strict parallel safe
as $$
    select case
        when bucket = 0 then 0
        else sign(bucket) * exp((abs(bucket) - 40000) * ln(1.01::float8 / 0.99)) * 0.99
    end
$$;

-- The value at a fraction of the sorted values, between two of them by their distance, as percentile_cont has it.
create function views.percentile(buckets integer[], counts bigint[], fraction double precision) returns double precision
language plpgsql immutable parallel safe
as $$
declare
    place double precision;
    seen bigint := 0;
    low double precision;
    total bigint;
begin
    select sum(c) into total from unnest(counts) as u (c);
    if total is null or fraction is null then
        return null;
    end if;
    place := fraction * (total - 1);
    for i in 1 .. cardinality(buckets) loop
        seen := seen + counts[i];
        if low is null and seen > floor(place) then
            low := views.bucket_value(buckets[i]);
        end if;
        if seen > ceil(place) then
            return low + (views.bucket_value(buckets[i]) - low) * (place - floor(place));
        end if;
    end loop;
    return low;
end
$$;

-- A number as a fraction, infinite where it is larger than one can be, 0 where it is smaller.
create function views.fraction_of(value numeric) returns double precision
language sql immutable strict parallel safe
as $$
    select case
        when value = 'NaN' then 'NaN'
        when abs(value) < 1e-300 then 0
        when abs(value) < 1.7e308 then value::float8
        when value > 0 then 'Infinity'
        else '-Infinity'
    end
$$;

-- The most frequent of many values, with how often each is there, by frequency and value.
create function views.top_of(items anyarray, most integer) returns jsonb
language sql immutable parallel safe
as $$
    select jsonb_agg(jsonb_build_object('value', e.v, 'frequency', e.n) order by e.n desc, e.v)
    from (select v, count(*) as n from unnest(items) as u (v) group by v order by count(*) desc, v limit most) e
$$;
