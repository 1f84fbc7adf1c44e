-- Notes that windows $1 id, $2 name, $3 event, $4 key, $5 filter, $6 kind are counted, if they are not yet: from now
-- on, or from 1970 on where nothing was stored before them.
insert into windows (id, name, event, key, filter, kind, since)
select $1, $2, $3, $4, $5, $6,
    case when exists (select from watermarks where next_offset > 0) then clock_timestamp() else timestamptz 'epoch' end
on conflict (id) do update set counted = true, since = excluded.since where not windows.counted
