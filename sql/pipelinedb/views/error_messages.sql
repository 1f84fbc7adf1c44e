-- Errors of scripts by message, of all time, with when they were first and last seen; kept for ever.
create view error_messages with (action = materialize) as
select message, count(*), count(distinct metadata ->> 'uuid') as visitors,
    min(event_time) as first_seen, max(event_time) as last_seen,
    keyed_max(event_time, source) as last_source
from errors
group by message;
