-- Returns the incidents that have ended, the newest first, $1 at most.
select name, subject, summary, begun, ended, told_begun, seen from incidents
where ended is not null
order by ended desc, id desc
limit $1
