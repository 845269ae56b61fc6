"""What makes a row unusable, as conditions over its text (`t:…`) and its typed columns."""

from analytics.store.files import literal, quoted
from analytics.store.plan import ITEM_SCALE, OVERALL_SCALE, Plan

_AHEAD = "$now + interval 1 day"  # clocks and time zones differ a little
_CLOCK_SLACK = "interval 5 seconds"  # clocks of ticket machine and counter differ a little

_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"

# table -> (condition, reason code, column)
_RULES = {
    "visits": (
        (f"arrived_at > {_AHEAD}", "future", "arrived_at"),
        (f"called_at < arrived_at - {_CLOCK_SLACK}", "order", "called_at"),
        ("finished_at < called_at", "order", "finished_at"),
        ("left_at < arrived_at", "order", "left_at"),
        ("called_at > arrived_at + interval 1 day", "too_long", "called_at"),
        ("finished_at > arrived_at + interval 1 day", "too_long", "finished_at"),
        ("left_at > arrived_at + interval 1 day", "too_long", "left_at"),
    ),
    "rosters": (
        ("weekday not between 1 and 7", "range", "weekday"),
        ("headcount < 0", "range", "headcount"),
        # As an end, 00:00 is the midnight after.
        ("to_time <= from_time and to_time <> time '00:00'", "order", "to_time"),
        ("valid_to <= valid_from", "order", "valid_to"),
    ),
    "surveys": (
        (f"answered_at > {_AHEAD}", "future", "answered_at"),
        ("recommend not between 0 and 10", "range", "recommend"),
    ),
    "events": (
        (f"finished_at > {_AHEAD}", "future", "finished_at"),
        ("finished_at < started_at", "order", "finished_at"),
    ),
    "customers": (("left_on < joined_on", "order", "left_on"),),
}


def problem(plan: Plan) -> str:
    """The first problem of a row as `code|column`, null where it is usable; left out, missing, unreadable, wrong."""
    clauses = [_when("not kept", "left_out")]
    clauses += [_when(f"{_text(must)} is null", "missing", must) for must in plan.table.musts]
    if plan.raw.has_controls:
        clauses += [
            _when(f"regexp_matches({_text(c.name)}, '{_CONTROLS}')", "control", c.name)
            for c in plan.table.columns
            if c.type == "text" and c.name in plan.sought
        ]
    for column in plan.table.columns:
        if column.type != "text" and column.name in plan.given:
            clauses.append(
                _when(
                    f"{_text(column.name)} is not null and {quoted(column.name)} is null", "cast", column.name
                )
            )
    for item in plan.items:
        clauses.append(_when(f"{_text(item)} is not null and {_number(item)} is null", "cast", item))
    if plan.table.has_items:
        scales = {"overall": plan.mapping.scale("overall", OVERALL_SCALE)}
        scales |= {item: plan.mapping.scale(item, ITEM_SCALE) for item in plan.items}
        for name, (low, high) in scales.items():
            clauses.append(_when(f"{_number(name)} not between {low} and {high}", "range", name))
    clauses += [_when(*rule) for rule in _RULES.get(plan.table.name, ())]
    return f"case {' '.join(clauses)} end"


def _when(condition: str, code: str, column: str = "") -> str:
    return f"when {condition} then {literal(f'{code}|{column}')}"


def _text(name: str) -> str:
    return quoted("t:" + name)


def _number(name: str) -> str:
    return f"number_at({_text(name)})"
