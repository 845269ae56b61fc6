-- one row per answer that names a known ticket: the last of that number before it was given, or of all where it is undated
-- (a ticket number is unique within a day)
select
    s.row_id, v.service as ticket_service, v.segment as ticket_segment, v.customer_id as ticket_customer_id,
    v.arrived_at as ticket_arrived_at, v.called_at as ticket_called_at
from (
    select rowid as row_id, branch_id, ticket_id, coalesce(answered_at, 'infinity'::timestamp) as answered_at
    from surveys where ticket_id is not null
) as s
asof inner join visits as v
    on v.branch_id = s.branch_id and v.ticket_id = s.ticket_id and s.answered_at >= v.arrived_at
