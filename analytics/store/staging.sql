-- Reading cells of text; $zone-like values are given as arguments. Loaded into the connection of a load, nowhere else.

-- one value: a cell without blanks around it, null where nothing is left; most have none, and looking is cheaper
create or replace temp macro filled(x) as
case when prefix(x, ' ') or suffix(x, ' ') or x = '' then nullif(trim(x), '') else x end;

-- one value: whether a time names its offset from UTC
create or replace temp macro has_offset(x) as
regexp_matches(x, ':\d\d(\.\d+)?\s?(Z|[+-]\d\d(:?\d\d)?)$');

create or replace temp macro instant(x) as
case when has_offset(x) then try_cast(x as timestamptz) end;

-- one value: whether a text is a time written year first; DuckDB alone takes "9:30 PM", "infinity" and the year 26
create or replace temp macro is_plain_moment(x) as
coalesce(try_cast(x as timestamp) between timestamp '1900-01-01' and timestamp '2199-12-31', false)
and not (suffix(x, 'M') or suffix(x, 'm') or suffix(x, ')') or suffix(x, 'h'));

-- one value: whether a text is a time as nearly all files write it; then a cast is all it needs, at a third of the cost
create or replace temp macro is_usual_moment(x) as
regexp_full_match(x, '(19|20)\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?');

-- one value: the zone's local time
create or replace temp macro local_at(x, zone) as
case
    when not is_plain_moment(x) then null
    when has_offset(x) then timezone(zone, try_cast(x as timestamptz))
    else try_cast(x as timestamp)
end;

create or replace temp macro day_at(x) as
case when is_plain_moment(x) then try_cast(x as date) end;

create or replace temp macro number_at(x) as
case when isfinite(try_cast(x as double)) then try_cast(x as double) end;

-- one value: as long after the local time of base as the instants say, so that durations across a clock change stay right
create or replace temp macro local_after(x, base, zone) as
case
    when x is null then null
    when is_usual_moment(x) then try_cast(x as timestamp)
    when has_offset(x) and has_offset(base) and instant(base) is not null
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
ours_low + (number_at(x) - low) * (ours_high - ours_low) / (high - low);

create or replace temp macro is_serial(x) as
regexp_full_match(x, '[2-7]\d{4}(\.\d+)?');

-- one value: the numbers of a date that begins with day or month, as a struct of texts; '' where it does not
create or replace temp macro date_parts(x) as
regexp_extract(x, '^(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})(?:\D|$)', ['a', 'b', 'c']);

create or replace temp macro full_year(y) as
case when length(y) = 2 then if(y < '70', '20', '19') || y else y end;

-- one value: the clock of a text as hh:mm:ss, '' where it names none, null where it is none
create or replace temp macro clock_of(x) as
case
    when regexp_matches(x, '\d\s*[:时點点時]') then (
        with parts as (
            select
                regexp_extract(x, '(?:^|[^\d])(\d{1,2})\s*[:时點点時]\s*(?:(\d{1,2})\s*[:分]?\s*)?(\d{1,2}(?:\.\d+)?)?', ['h', 'm', 's']) as t,
                regexp_matches(x, '(?i)p\.?m|下午|晚上') as is_pm,
                regexp_matches(x, '(?i)a\.?m|上午|凌晨') as is_am
        )
        select
            case when (is_am or is_pm) and try_cast(t.h as integer) not between 1 and 12 then null else
                lpad((try_cast(t.h as integer) % if(is_am or is_pm, 12, 100) + if(is_pm, 12, 0))::varchar, 2, '0')
                || ':' || lpad(coalesce(nullif(t.m, ''), '0'), 2, '0')
                || ':' || if(strpos(coalesce(t.s, ''), '.') = 2 or length(t.s) = 1, '0', '') || coalesce(nullif(t.s, ''), '00')
            end
        from parts
    )
    else ''
end;

create or replace temp macro time_at(x) as
case
    when regexp_full_match(x, '0?\.\d+') then time '00:00' + to_seconds(round(try_cast(x as double) * 86400)::bigint)
    else try_cast(nullif(clock_of(x), '') as time)
end;

create or replace temp macro is_valid_day(y, m, d) as
try_cast(y || '-' || m || '-' || d as date) is not null;

-- one value: whether a text is a date, or a date and a clock, and nothing beside them
create or replace temp macro is_moment_like(x) as
regexp_full_match(
    x,
    '\d{1,4}\s*[-/. 年]?\s*\d{1,2}\s*[-/. 月]?\s*\d{1,4}日?'
    || '([T\s]*(上午|下午|凌晨|晚上|[AaPp]\.?[Mm]\.?)?\s*\d{1,2}\s*[:时点點時]\s*(\d{1,2}\s*[:分]?\s*)?(\d{1,2}(\.\d+)?\s*秒?)?'
    || '\s*([AaPp]\.?[Mm]\.?|上午|下午)?\s*(Z|[+-]\d\d:?\d\d)?)?'
);

-- one value: a date, with its clock where it has one, year first; null where the order does not fit
create or replace temp macro moment_of(x, date_order) as
case
    when is_plain_moment(x) then x
    when is_serial(x) then (timestamp '1899-12-30' + to_seconds(round(try_cast(x as double) * 86400)::bigint))::varchar
    when regexp_full_match(x, '(19|20)\d{12}') then try_strptime(x, '%Y%m%d%H%M%S')::varchar
    when not is_moment_like(x) then null
    else (
        with parts as (
            select
                date_parts(x) as t,
                regexp_extract(x, '^(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})(?:\D|$)', ['a', 'b', 'c']) as y
        )
        select
            rtrim(case
                when y.a <> '' then y.a || '-' || y.b || '-' || y.c
                when t.a = '' then null
                when date_order = 'dmy' then full_year(t.c) || '-' || t.b || '-' || t.a
                when date_order = 'mdy' then full_year(t.c) || '-' || t.a || '-' || t.b
                when date_order = 'ymd' and length(t.c) = 2 then full_year(t.a) || '-' || t.b || '-' || t.c
            end || ' ' || clock_of(x))
            || if(has_offset(x), regexp_extract(x, '(Z|[+-]\d\d(:?\d\d)?)$'), '')
        from parts
    )
end;

-- one value: how a date can be read: null, 'plain', 'serial', 'ymd', 'none', or the orders of day and month that fit
create or replace temp macro date_kind(x) as
case
    when x is null then null
    when is_plain_moment(x) then 'plain'
    when is_serial(x) then 'serial'
    when date_parts(x).c <> '' then (
        with parts as (select date_parts(x) as t)
        select
            if(is_valid_day(full_year(t.c), t.b, t.a), 'dmy ', '') || if(is_valid_day(full_year(t.c), t.a, t.b), 'mdy ', '')
            || if(length(t.c) = 2 and is_valid_day(full_year(t.a), t.b, t.c), 'ymd', '')
        from parts
    )
    when year(try_cast(moment_of(x, 'ymd') as timestamp)) between 1900 and 2199 then 'ymd'
    else 'none'
end;

-- one value: the same number as DuckDB reads it; null where the decimal sign does not fit
create or replace temp macro number_of(x, decimal_sign) as (
    with bare as (select regexp_replace(x, '[\s''’\x{a0}¥￥]|CNY|RMB|元', '', 'g') as s)
    select
        case
            when decimal_sign = ',' and regexp_full_match(s, '[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?')
                then replace(replace(s, '.', ''), ',', '.')
            when decimal_sign = '.' and regexp_full_match(s, '[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?') then replace(s, ',', '')
        end
    from bare
);

-- one value: null, or 'plain ' where DuckDB reads it, and the decimal signs that fit
create or replace temp macro number_kind(x) as
case
    when x is null then null
    when try_cast(x as double) is null and number_of(x, '.') is null and number_of(x, ',') is null then 'none'
    else
        if(try_cast(x as double) is not null, 'plain ', '')
        || if(number_of(x, '.') is not null or try_cast(x as double) is not null, '. ', '') || if(number_of(x, ',') is not null, ',', '')
end;

create or replace temp macro is_identity_number(x) as
regexp_full_match(x, '[1-9]\d{5}(18|19|20)\d{9}[\dXx]')
and substr(
    '10X98765432',
    1 + (list_sum(list_transform(
        range(1, 18),
        lambda i: try_cast(substr(x, i, 1) as integer) * [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][i]
    )) % 11)::integer,
    1
) = upper(right(x, 1));

create or replace temp macro is_luhn(x) as
list_sum(list_transform(
    range(1, length(x) + 1),
    lambda i: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]][1 + ((length(x) - i) % 2)][1 + try_cast(substr(x, i, 1) as integer)]
)) % 10 = 0;

-- one value: null, or what a long number looks like: 'identity' (Chinese national identity), 'card', else 'digits'
create or replace temp macro person_number(x) as
case
    when length(x) not between 16 and 19 then null
    when length(x) = 18 and is_identity_number(x) then 'identity'
    when not regexp_full_match(x, '\d+') then null
    when is_luhn(x) then 'card'
    else 'digits'
end;
