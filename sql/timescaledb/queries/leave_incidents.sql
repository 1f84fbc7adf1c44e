-- Ends incidents that nobody has seen to be so since $1: who watched them is gone. Returns which.
update incidents set ended = seen where ended is null and seen < $1
returning name, subject, summary, begun, ended, told_begun, seen
