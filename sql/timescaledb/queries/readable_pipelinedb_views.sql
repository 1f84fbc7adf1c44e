-- Returns (view, about, column, type) of the continuous views of a PipelineDB, in their order; not the watermarks.
select v.name as view, coalesce(obj_description(r.oid, 'pg_class'), '') as about, a.attname::text as column,
    format_type(a.atttypid, a.atttypmod) as type
from pipelinedb.views v
join pg_class r on r.relname = v.name and r.relnamespace = v.schema::regnamespace
join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
where v.schema = 'public' and v.name not like '%\_watermark'
order by v.name, a.attnum
