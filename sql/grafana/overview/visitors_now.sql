-- Distinct visitors of whom anything arrived in the last 5 minutes, whatever the time range is: one number, from the continuous view active_visitors.
select coalesce(max(visitors), 0) as visitors
from active_visitors
