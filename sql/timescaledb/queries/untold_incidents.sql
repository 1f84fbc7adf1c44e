-- Returns the incidents of the last day that not all were told of, the oldest first.
select name, subject, summary, begun, ended, told_begun, seen from incidents
where (not told_begun or (ended is not null and not told_ended)) and begun > clock_timestamp() - interval '1 day'
order by begun, id
