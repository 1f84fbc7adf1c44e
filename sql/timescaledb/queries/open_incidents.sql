-- Returns the incidents that last, the oldest first.
select name, subject, summary, begun, ended, told_begun, seen from incidents where ended is null order by begun, id
