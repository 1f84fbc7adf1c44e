-- Submissions and distinct visitors who submitted, by form, of all time; kept for ever.
create view form_submissions_count with (action = materialize) as
select form, count(*) as submissions, count(distinct metadata ->> 'uuid') as visitors
from form_submissions
group by form;
