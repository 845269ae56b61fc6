-- Reading cells of text; $zone-like values are given as arguments. Loaded into the connection of a load, nowhere else.

-- one value: whether a time names its offset from UTC
create or replace temp macro has_offset(x) as
regexp_matches(x, ':\d\d(\.\d+)?\s?(Z|[+-]\d\d(:?\d\d)?)$');

create or replace temp macro instant(x) as
case when has_offset(x) then try_cast(x as timestamptz) end;

-- one value: the zone's local time
create or replace temp macro local_at(x, zone) as
case when has_offset(x) then timezone(zone, try_cast(x as timestamptz)) else try_cast(x as timestamp) end;

-- one value: as long after the local time of base as the instants say, so that durations across a clock change stay right
create or replace temp macro local_after(x, base, zone) as
case
    when has_offset(x) and instant(base) is not null
        then local_at(base, zone) + to_microseconds(epoch_us(instant(x)) - epoch_us(instant(base)))
    else local_at(x, zone)
end;

create or replace temp macro yes_no(x) as
case
    when lower(x) in ('yes', 'y', 'true', '1', '是') then true
    when lower(x) in ('no', 'n', 'false', '0', '否') then false
end;

create or replace temp macro whole(x) as
case when try_cast(x as double) = try_cast(x as integer) then try_cast(x as integer) end;

-- one value: an answer on [low, high] brought to our scale
create or replace temp macro on_scale(x, low, high, ours_low, ours_high) as
ours_low + (try_cast(x as double) - low) * (ours_high - ours_low) / (high - low);
