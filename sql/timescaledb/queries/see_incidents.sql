-- Notes that the incidents with the names $1 and subjects $2 are still so, as the summaries $3 say.
update incidents i set seen = clock_timestamp(), summary = seen.summary
from unnest($1::text[], $2::text[], $3::text[]) as seen (name, subject, summary)
where i.name = seen.name and i.subject = seen.subject and i.ended is null
