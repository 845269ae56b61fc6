"""How long customers wait, in words: headline, reason, titles and captions of the cards, names of columns."""

import pandas as pd

from analytics.diagnosis.wait_times import Dimension, Peak, WaitTimes
from analytics.diagnosis.worst import worst_half_hours
from analytics.filters import Group, Targets
from analytics.language import _, ngettext
from analytics.words import numbers
from analytics.words.changes import lowered, whom
from analytics.words.measures import listed, short_id

# A block of hours stands out where its part of the lost time exceeds its part of the tickets by so much.
STANDS_OUT = 0.15
# One in ten of fewer is one.
LEAST_WAITS = 10


def headline(result: WaitTimes, targets: Targets) -> str:
    """Where the waiting beyond target falls."""
    peak, minutes = result.peak, f"{targets.wait_min:g}"
    if peak is None:
        return _("Nobody waits longer than {minutes} minutes").format(minutes=minutes)
    if not stands_out(peak):
        return _("Waits beyond {minutes} minutes are spread over the week").format(minutes=minutes)
    if peak.excess_share >= 0.5:
        pattern = (
            _("Most waiting beyond target falls between {start} and {end}")
            if peak.is_every_day
            else _("Most waiting beyond target falls on {days}, {start}–{end}")
        )
    else:
        pattern = (
            _("Waiting beyond target piles up between {start} and {end}")
            if peak.is_every_day
            else _("Waiting beyond target piles up on {days}, {start}–{end}")
        )
    return pattern.format(
        days=days(peak.weekdays),
        start=numbers.clock(peak.start_half_hour),
        end=numbers.clock(peak.end_half_hour),
    )


def stands_out(peak: Peak | None) -> bool:
    return peak is not None and peak.excess_share - peak.ticket_share >= STANDS_OUT


def days(weekdays: tuple[int, ...]) -> str:
    return listed([numbers.weekday(day) for day in weekdays])


def reason(result: WaitTimes) -> str:
    """How much of it, and where the people on duty have most to do."""
    said, peak = [], result.peak
    if peak is not None and stands_out(peak):
        said.append(
            _(
                "These hours bring {excess} of the time waited beyond target, with {tickets} of the tickets."
            ).format(excess=numbers.share(peak.excess_share), tickets=numbers.share(peak.ticket_share))
        )
    # Where hardly anybody is seen yet, as before the first service of the morning, the load means little.
    cells = result.half_hours
    busiest = cells[cells["load_per_person"].notna() & (cells["n_staff"] >= 1)]
    if len(busiest):
        row = largest(busiest, "load_per_person")
        said.append(
            _(
                "The load is heaviest on {day} at {time}: work for {work} people meets {staff} {on_duty}."
            ).format(
                day=numbers.weekday_long(row["weekday"]),
                time=numbers.clock(row["half_hour"]),
                work=numbers.plain(row["work_erlang"], "min"),
                staff=people(row["n_staff"]),
                on_duty=_("planned") if result.staff_source == "planned" else _("seen at work"),
            )
        )
    if result.groups == ("all",):
        said.append(_("The data do not tell groups of customers apart."))
    return numbers.sentences(said)


def people(n: float) -> str:
    """7, 6.8."""
    return numbers.plain(n, "count") if abs(n - round(n)) < 0.05 else numbers.plain(n, "min")


def titles(targets: Targets) -> dict[str, str]:
    """What the cards measure, with their units."""
    return {
        "wait_mean_min": _("Mean wait, min"),
        "wait_p90_min": _("One in ten waits over, min"),
        "within_target_share": _("Called within {minutes} min").format(minutes=f"{targets.wait_min:g}"),
        "abandon_share": _("Left unserved"),
        "csat_share": _("Satisfied"),
    }


def rests_on() -> str:
    """Which tickets the figures rest on."""
    return _("Waits: customers who were called. Shares: all tickets; who left unserved missed the target.")


def view_name(view: str) -> str:
    return {
        "wait": _("Wait"),
        "arrivals": _("Arrivals"),
        "staff": _("People on duty"),
        "load": _("Load per person"),
    }[view]


def part_name(part: str) -> str:
    """The parts of the page below the map of the week."""
    return {
        "who": _("Who waits"),
        "days": _("Day by day"),
        "patience": _("Who leaves"),
        "staffing": _("People needed"),
        "arrivals": _("Coming weeks"),
        "causes": _("Causes"),
    }[part]


def map_title(result: WaitTimes, view: str, targets: Targets) -> str:
    """What the map of the week shows, as a finding."""
    write = {"wait": _wait_title, "arrivals": _arrivals_title, "staff": _staff_title, "load": _load_title}[
        view
    ]
    return write(result, targets)


def _wait_title(result: WaitTimes, targets: Targets) -> str:
    known = result.half_hours[result.half_hours["n"] >= LEAST_WAITS]
    n, minutes = int((known["wait_p90_min"] > targets.wait_p90_min).sum()), f"{targets.wait_p90_min:g}"
    if known.empty:
        return _("Too few waits in each half hour to tell")
    if n == 0:
        return _("In no half hour does one in ten wait over {minutes} minutes").format(minutes=minutes)
    return ngettext(
        "In {n} of {all} half hours a week, one in ten waits over {minutes} minutes",
        "In {n} of {all} half hours a week, one in ten waits over {minutes} minutes",
        n,
    ).format(n=n, all=len(known), minutes=minutes)


def _arrivals_title(result: WaitTimes, _targets: Targets) -> str:
    top = largest(result.half_hours, "arrivals")
    return _("Most customers come on {day} at {time}: {n} in half an hour").format(
        day=numbers.weekday_long(top["weekday"]),
        time=numbers.clock(top["half_hour"]),
        n=numbers.plain(top["arrivals"], "count"),
    )


def _staff_title(result: WaitTimes, _targets: Targets) -> str:
    if result.staff_source == "unknown":
        return _("The data do not tell who was on duty")
    cells = result.half_hours
    on = cells.loc[cells["n_staff"] > 0, "n_staff"]
    if on.empty:
        return _("Nobody is planned in the opening hours")
    low, high = people(on.min()), people(on.max())
    if low == high:
        return _("{n} people are on duty all the time").format(n=high)
    return _("Between {low} and {high} people are on duty").format(low=low, high=high)


def _load_title(result: WaitTimes, _targets: Targets) -> str:
    load = result.half_hours["load_per_person"].dropna()
    if load.empty:
        return _("Without people on duty there is no load per person")
    n = int((load > 1).sum())
    if n == 0:
        return _("In no half hour more work comes than the people on duty can do")
    return ngettext(
        "In {n} half hour a week more work comes than the people on duty can do",
        "In {n} half hours a week more work comes than the people on duty can do",
        n,
    ).format(n=n)


def largest(frame: pd.DataFrame, column: str) -> pd.Series:
    """The row with the largest value."""
    return frame.iloc[int(frame[column].argmax())]


def map_caption(result: WaitTimes, view: str, targets: Targets) -> str:
    if view == "wait":
        text = _(
            "{who}: one in ten who took a ticket then waited longer, minutes. Grey: within the target of "
            "{minutes} min. Empty: under {n} waits"
        ).format(who=whom(result.groups[0]), minutes=f"{targets.wait_p90_min:g}", n=LEAST_WAITS)
        said = [text + _(".")]
        # An outline is explained where there is one.
        if (result.half_hours["load_per_person"] > 1).any():
            said.append(_("Outlined: more work than people") + _("."))
        said.append(_where_most_is_lost(result))
        return numbers.sentences(said).removesuffix(_("."))
    if view == "arrivals":
        return _("Tickets taken in the half hour, all customers, mean a day")
    if view == "staff":
        return {
            "planned": _("People planned at the counters by the rosters, mean of the days"),
            "seen": _("People seen serving (no roster is loaded), mean of the days"),
            "unknown": _("Load a file of rosters, or visits with counters or tellers"),
        }[result.staff_source]
    return _("Work that arrives, by people on duty: 1 keeps everybody busy without a pause. Orange: over 0.8")


def _where_most_is_lost(result: WaitTimes) -> str:
    """Why the longest waits and the most customer-hours lost fall on different days, where they do."""
    known = result.half_hours[result.half_hours["n"] >= LEAST_WAITS]
    worst = worst_half_hours(result.half_hours, 1)
    if known.empty or worst.empty:
        return ""
    longest, most = largest(known, "wait_p90_min"), worst.iloc[0]
    if longest["weekday"] == most["weekday"] or not most["n_asked"] > 1.1 * longest["n_asked"]:
        return ""
    return _("Longest on {longest}, yet most customer-hours are lost on {most}, when more come.").format(
        longest=numbers.weekday_long(longest["weekday"]), most=numbers.weekday_long(most["weekday"])
    )


def beyond(result: WaitTimes, group: Group, targets: Targets) -> float:
    """Share of the served who waited beyond target; NaN without any."""
    rows = result.distribution[result.distribution["group"] == group]
    if not rows["n"].sum():
        return float("nan")
    # Edges are multiples of a fifth of the target, which floats do not hit.
    return float(rows.loc[rows["from_min"] > targets.wait_min - 1e-6, "share"].sum())


def distribution_title(result: WaitTimes, targets: Targets) -> str:
    main = result.groups[0]
    share = beyond(result, main, targets)
    if not result.wait_mean_min[main].is_known:
        return _("Nobody was called in this period")
    return _("{share} of {who} wait over {minutes} minutes").format(
        share=numbers.share(share), who=lowered(whom(main)), minutes=f"{targets.wait_min:g}"
    )


def distribution_caption() -> str:
    return _("Share of the customers called, by minutes waited")


def dimension_name(by: Dimension) -> str:
    return {
        "service": _("Service"),
        "counter": _("Counter"),
        "teller": _("Teller"),
        "segment": _("Segment"),
    }[by]


def label(name: str, by: Dimension) -> str:
    return short_id(name) if by == "teller" else name[:1].upper() + name[1:]


def by_title(frame: pd.DataFrame, by: Dimension, result: WaitTimes) -> str:
    """Who waits longest, where that is beyond doubt; else that they hardly differ."""
    main = result.groups[0]
    rows = frame[(frame["group"] == main) & (frame["n"] >= 30)]
    if by == "segment":
        rows = frame[frame["n"] >= 30]
    same = {
        "service": _("Waits hardly differ by service"),
        "counter": _("Waits hardly differ by counter"),
        "teller": _("Waits hardly differ by teller"),
        "segment": _("Waits hardly differ by segment"),
    }[by]
    if len(rows) < 2:
        return {
            "service": _("Waits by service"),
            "counter": _("Waits by counter"),
            "teller": _("Waits by teller"),
            "segment": _("Waits by segment"),
        }[by]
    top = largest(rows, "wait_mean_min")
    others = rows[rows["name"] != top["name"]]
    if not top["low"] > (others["wait_mean_min"] * others["n"]).sum() / others["n"].sum():
        return same
    return {
        "service": _("{name}: {who} wait longest"),
        "counter": _("Counter {name}: {who} wait longest"),
        "teller": _("Teller {name}: {who} wait longest"),
        "segment": _("{name} customers wait longest"),
    }[by].format(name=label(top["name"], by), who=lowered(whom(main)))


def by_caption(n_hidden: int) -> str:
    text = _("Mean wait in minutes, customers called, 95% interval")
    if not n_hidden:
        return text
    return (
        f"{text} · {ngettext('{n} more in the table', '{n} more in the table', n_hidden).format(n=n_hidden)}"
    )


def table_title(by: Dimension) -> str:
    return {
        "service": _("All services"),
        "counter": _("All counters"),
        "teller": _("All tellers"),
        "segment": _("All segments"),
    }[by]


def table_caption(result: WaitTimes, targets: Targets) -> str:
    main = lowered(whom(result.groups[0]))
    return _(
        "Customers called. Interval, share over {minutes} min and service time: {who}, where they came"
    ).format(minutes=f"{targets.wait_min:g}", who=main)


def wait_column(group: Group) -> str:
    return {"ordinary": _("Ordinary, min"), "vip": _("VIP, min"), "all": _("Wait, min")}[group]


def noun(result: WaitTimes) -> str:
    return ngettext("ticket", "tickets", result.n_tickets)


def table_groups(by: Dimension, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The groups that stand beside each other in the table; a segment belongs to one anyway."""
    return ("all",) if by == "segment" else groups


def table(frame: pd.DataFrame, by: Dimension, groups: tuple[Group, ...]) -> pd.DataFrame:
    """One row per name: waits of the groups beside each other, the rest of the first group that it has."""
    shown, rows = table_groups(by, groups), []
    frame = frame.assign(group="all") if shown == ("all",) else frame
    for name, part in frame.groupby("name", sort=False):
        by_group = part.set_index("group")
        lead = by_group.iloc[0]
        rows.append(
            {
                "name": label(str(name), by),
                **{f"wait_{g}": by_group["wait_mean_min"].get(g) for g in shown},
                "interval": numbers.spread(lead["low"], lead["high"], "min", decimals=1),
                "beyond_percent": round(100 * lead["beyond_share"], 1),
                "service_min": lead["service_mean_min"],
                "n": _ns(by_group["n"], shown),
            }
        )
    return pd.DataFrame(rows)


def _ns(n: pd.Series, groups: tuple[Group, ...]) -> str:
    return " / ".join(numbers.count(n.get(g, 0)) for g in groups)
