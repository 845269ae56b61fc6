-- Nouns that the analyses share. `bank` is the version of the store that is open. Parameters begin with in_.

-- one row per row of the file (the tables of the version under their own names; reader.py adds surveys, with their tickets)
create view visits as select * from bank.visits;
create view rosters as select * from bank.rosters;
create view events as
select * replace (activity::varchar as activity, resource::varchar as resource, role::varchar as role) from bank.events;
create view cases as select * from bank.cases;
create view customers as select * from bank.customers;
create view interventions as select * from bank.interventions;
create view loads as select * from bank.loads;
create view rejects as select * from bank.rejects;
create view mappings as select * from bank.mappings;

-- one row per customer of a branch's last snapshot
create view customers_latest as
with snapshots as (
    select *, coalesce(as_of_on, date '0001-01-01') = max(coalesce(as_of_on, date '0001-01-01')) over (partition by branch_id) as is_last
    from customers
)
select
    * exclude (is_last),
    annual_profit is not null and row_number() over (partition by branch_id order by annual_profit desc nulls last, customer_id)
        <= ceil(0.2 * count(annual_profit) over (partition by branch_id)) as is_top_profit
from snapshots
where is_last;

-- one value: the group of a row by its segment and whether its customer is among the most profitable
create macro group_of(in_kind, in_vip_segments, in_segment, in_is_top_profit) as
case in_kind
    when 'segment' then case when list_contains(in_vip_segments, in_segment) then 'vip' else 'ordinary' end
    when 'profit' then case when coalesce(in_is_top_profit, false) then 'vip' else 'ordinary' end
    else 'all'
end;

-- one value: minutes from arrival to call, never below 0 (clocks differ a little); null where nobody called
create macro wait_of(in_arrived_at, in_called_at) as
case when in_called_at is not null then greatest(epoch_us(in_called_at) - epoch_us(in_arrived_at), 0) / 6e7 end;

-- one value: minutes from midnight to the end of a shift; an end at 00:00 is the midnight after
create macro end_min(in_to_time) as
case when in_to_time = time '00:00' then 1440 else hour(in_to_time) * 60 + minute(in_to_time) end;

-- one row per ticket that arrived in the period
create macro tickets_in(in_branch_id, in_start_on, in_end_on, in_grouping_kind, in_vip_segments) as table
select
    v.ticket_id, v.branch_id, v.customer_id, v.segment,
    group_of(in_grouping_kind, in_vip_segments, v.segment, c.is_top_profit) as customer_group,
    v.service, v.arrived_at, v.called_at, v.finished_at, v.left_at, v.counter, v.teller_id,
    v.arrived_at::date as arrived_on,
    isodow(v.arrived_at)::integer as weekday,
    (hour(v.arrived_at) * 2 + minute(v.arrived_at) // 30)::integer as half_hour,
    wait_of(v.arrived_at, v.called_at) as wait_min,
    case when v.called_at is null then (epoch_us(v.left_at) - epoch_us(v.arrived_at)) / 6e7 end as patience_min,
    (epoch_us(v.finished_at) - epoch_us(v.called_at)) / 6e7 as service_min,
    v.called_at is null as is_abandoned
from visits as v
left join customers_latest as c
    on in_grouping_kind = 'profit' and c.branch_id = v.branch_id and c.customer_id = v.customer_id
where
    v.branch_id = in_branch_id
    and v.arrived_at >= in_start_on::timestamp and v.arrived_at < in_end_on::timestamp;

-- one row per answer given in the period; undated answers belong to every period
-- segment and customer are the answer's own, else those of the ticket it names
create macro answers_in(in_branch_id, in_start_on, in_end_on, in_grouping_kind, in_vip_segments) as table
select
    s.* replace (
        coalesce(s.segment, s.ticket_segment, 'ordinary') as segment,
        coalesce(s.customer_id, s.ticket_customer_id) as customer_id
    ),
    group_of(
        in_grouping_kind, in_vip_segments, coalesce(s.segment, s.ticket_segment, 'ordinary'), c.is_top_profit
    ) as customer_group,
    s.answered_at::date as answered_on,
    wait_of(s.ticket_arrived_at, s.ticket_called_at) as wait_min,
    s.ticket_service as service
from surveys as s
left join customers_latest as c
    on in_grouping_kind = 'profit' and c.branch_id = s.branch_id
    and c.customer_id = coalesce(s.customer_id, s.ticket_customer_id)
where
    s.branch_id = in_branch_id
    and (s.answered_at is null or (s.answered_at >= in_start_on::timestamp and s.answered_at < in_end_on::timestamp));

-- one row per event of the cases that finished in the period, ordered by case and start
create macro case_events_in(in_branch_id, in_start_on, in_end_on, in_grouping_kind, in_vip_segments) as table
with ends as (
    select process, case_id, max(finished_at) as ended_at
    from events
    where branch_id = in_branch_id
    group by process, case_id
),
finished as (
    select process, case_id from ends
    where ended_at >= in_start_on::timestamp and ended_at < in_end_on::timestamp
)
select
    e.process, e.case_id, e.activity, e.resource, e.role, e.started_at, e.finished_at,
    group_of(in_grouping_kind, in_vip_segments, coalesce(k.segment, c.segment), c.is_top_profit) as customer_group,
    k.outcome
from events as e
inner join finished as f on f.process = e.process and f.case_id = e.case_id
left join cases as k on k.process = e.process and k.case_id = e.case_id
left join customers_latest as c on c.branch_id = e.branch_id and c.customer_id = k.customer_id
where e.branch_id = in_branch_id
order by e.process, e.case_id, coalesce(e.started_at, e.finished_at), e.finished_at, e.ordinal, e.activity;
