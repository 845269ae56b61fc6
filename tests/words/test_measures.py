"""Every measure of the hall in plain words."""

import pytest

from analytics.redesign.measures import CATALOGUE
from analytics.words import measures
from analytics.words.measure_notes import about


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (
            {"measure": "add_staff", "role": "counter", "headcount": 2, "from": "12:00", "to": "14:00"},
            "Two more people at the counters, 12:00–14:00",
        ),
        (
            {"measure": "add_staff", "role": "counter", "headcount": -1, "weekdays": [1, 5]},
            "One person fewer at the counters, Mon and Fri",
        ),
        (
            {
                "measure": "move_staff", "role": "counter", "headcount": 1, "weekdays": [1, 2, 3, 4, 5],
                "from": ["09:00", "10:00"], "to": ["12:00", "13:00"],
            },
            "One person at the counters from 9:00–10:00 to 12:00–13:00, Mon–Fri",
        ),
        ({"measure": "shorten", "service": "account opening", "factor": 0.8},
         "Account opening: 20% less time"),
        ({"measure": "shorten", "teller": "a1b2c3d4e5f6", "factor": 0.9}, "Teller a1b2c3: 10% less time"),
        ({"measure": "divert", "service": "bill payment", "share": 0.3},
         "30% of bill payment to self-service"),
        ({"measure": "set_priority", "rule": "fifo"}, "Everyone is called in order of arrival"),
        ({"measure": "set_priority", "rule": "priority", "order": ["VIP", "ordinary"]},
         "VIP are called before ordinary"),
        ({"measure": "pool_counters"}, "All counters serve everyone"),
        ({"measure": "pool_counters", "counters": ["5", "6"]}, "Counters 5 and 6 serve everyone"),
        ({"measure": "demand", "factor": 1.1, "segment": "VIP"}, "10% more customers (VIP)"),
        (
            {
                "measure": "smooth_arrivals", "share": 0.2, "from": ["11:00", "13:00"],
                "to": ["15:00", "17:00"],
            },
            "20% by appointment, from 11:00–13:00 to 15:00–17:00",
        ),
        ({"measure": "announce_wait", "patience_factor": 1.3}, "Waits are announced, patience 30% longer"),
        ({"measure": "end_batching", "activity": "approve"},
         "«approve» is done as it comes, not in batches"),
        ({"measure": "shorten", "activity": "proposal", "factor": 0.8}, "Proposal: 20% less time"),
        ({"measure": "shorten", "resource": "a1b2c3d4e5f6", "factor": 0.9}, "Person a1b2c3: 10% less time"),
        ({"measure": "reduce_rework", "from": "check", "to": "collect", "factor": 0.5},
         "«check» goes back to «collect» 50% less often"),
        ({"measure": "reduce_rework", "from": "check", "to": "collect", "factor": 0},
         "«check» never goes back to «collect»"),
        ({"measure": "merge_activities", "activities": ["a", "b"], "factor": 0.9},
         "A and b become one step, 10% quicker"),
        ({"measure": "parallelise", "activities": ["a", "b", "c"]}, "A, b and c are done side by side"),
        ({"measure": "empower", "activity": "approve", "share": 0.4},
         "40% of the cases are decided without «approve»"),
        ({"measure": "reassign", "activity": "check", "role": "operations"}, "«check» is done by operations"),
        ({"measure": "remove_activity", "activity": "check"}, "«check» is left out"),
        ({"measure": "add_staff", "role": "approver", "headcount": 1},
         "One more person among the approvers"),
        ({"measure": "teleport"}, "teleport"),
    ],
)  # fmt: skip
def test_label(measure, expected):
    assert measures.label(measure) == expected


def test_assumptions_come_after_measures():
    text = measures.together([{"measure": "demand", "factor": 0.9}, {"measure": "pool_counters"}])
    assert text == "All counters serve everyone; 10% fewer customers"
    assert measures.together([]) == "nothing changes"


def test_every_measure_that_can_be_forecast_has_words_and_a_name():
    from analytics.redesign.measures import CATALOGUE

    assert set(CATALOGUE) <= set(measures._LABELS) & set(measures._SUPPOSES)
    assert all(measures.kind(name) != name.replace("_", " ") for name in CATALOGUE)


@pytest.mark.parametrize("kind", [k for k in CATALOGUE if k != "demand"])
def test_every_measure_says_what_it_touches_and_needs(kind: str) -> None:
    text = about(kind)
    assert "Needs" in text
    assert "Redesign heuristic" in text
