-- Distinct visitors of whom anything arrived in the last 5 minutes, one row; kept for 5 minutes.
create view active_visitors with (action = materialize, sw = '5 minutes') as
select count(distinct metadata ->> 'uuid') as visitors
from events;
