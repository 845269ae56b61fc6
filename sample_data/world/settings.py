"""What each branch of the sample is like: demand, staff, habits. Minutes unless a name says otherwise."""

from dataclasses import dataclass
from datetime import date

FIRST_DAY = date(2025, 11, 1)
LAST_DAY = date(2026, 10, 31)
LUNCH_COVER_ON = date(2026, 7, 6)
SNAPSHOTS = (FIRST_DAY, LAST_DAY)

OPEN = 9 * 60
SHUT = 17 * 60
SATURDAY_SHUT = 15 * 60
LUNCH = (12 * 60, 14 * 60)
LAST_TICKET_BEFORE_SHUT = 10

# mean minutes and coefficient of variation of the service at the counter
SERVICES = {
    "cash": (5.9, 0.75),
    "bill payment": (4.8, 0.6),
    "passbook/statement": (4.0, 0.6),
    "transfer": (6.6, 0.7),
    "card services": (8.6, 0.7),
    "account opening": (23.0, 0.5),
    "loan enquiry": (15.0, 0.6),
    "wealth advice": (17.0, 0.7),
}
ORDINARY_MIX = (
    ("cash", 0.29), ("bill payment", 0.26), ("passbook/statement", 0.10), ("transfer", 0.09),
    ("card services", 0.10), ("account opening", 0.07), ("loan enquiry", 0.05), ("wealth advice", 0.04),
)  # fmt: skip
VALUED_MIX = (
    ("cash", 0.28), ("bill payment", 0.08), ("passbook/statement", 0.04), ("transfer", 0.14),
    ("card services", 0.07), ("account opening", 0.07), ("loan enquiry", 0.08), ("wealth advice", 0.24),
)  # fmt: skip
PATIENCE = {"ordinary": (75.0, 2.0), "gold": (80.0, 2.0), "VIP": (80.0, 2.0)}  # Weibull scale and shape

# customers per half hour relative to the day's mean
PROFILE = (0.74, 0.97, 1.20, 1.32, 1.34, 1.22, 1.14, 1.13, 1.08, 1.02, 0.98, 0.98, 0.95, 0.88, 0.72, 0.47)
SATURDAY_PROFILE = (0.80, 1.05, 1.22, 1.30, 1.22, 1.12, 1.05, 1.05, 1.0, 0.9, 0.75, 0.54)
WEEKDAY_FACTOR = {1: 1.15, 2: 0.97, 3: 0.94, 4: 0.94, 5: 1.03, 6: 0.68}
MONTH_FACTOR = {
    11: 1.0, 12: 1.03, 1: 1.06, 2: 1.03, 3: 1.0, 4: 0.98, 5: 0.98, 6: 0.99,
    7: 0.97, 8: 0.96, 9: 1.03, 10: 1.04,
}  # fmt: skip
PENSION_DAYS = (10, 15)
PENSION_FACTOR = 1.17
BEFORE_HOLIDAY_FACTOR = 1.15  # the last five open days before the two long holidays

HOURLY_COST = {"counter": 52, "customer manager": 85, "approver": 110, "operations": 58}


@dataclass(frozen=True)
class Branch:
    """One branch of the sample; `number` names its random streams and its staff."""

    branch_id: str
    number: int
    letter: str
    per_hour: float  # tickets an hour on a day of factor 1
    counters: int  # staffed on weekdays outside lunch
    lunch_away: int
    saturday_away: int
    tellers: int
    kept_counters: int  # serve gold and VIP customers alone
    valued_share: float  # of tickets: gold and VIP
    customers: int
    cases_per_day: float
    openings_per_day: float
    managers: int
    slow_manager_factor: float
    approves_in_batches: bool
    rework_share: float
    case_segments: tuple[tuple[str, float], ...]
    ordinary_with_manager_share: float
    leave_share: float
    mood: float  # shifts satisfaction
    has_lunch_cover: bool = False

    def headcount(self, day: date, minute: float, covered: bool) -> int:
        """Counters staffed on a day at a minute of it; `covered` is the lunch cover in force."""
        staff = self.counters - (self.saturday_away if day.isoweekday() == 6 else 0)
        if LUNCH[0] <= minute < LUNCH[1]:
            staff -= self.lunch_away - (2 if covered else 0)
        return staff


NEGLECTFUL = (("ordinary", 0.18), ("gold", 0.47), ("VIP", 0.35))
EVEN_HANDED = (("ordinary", 0.50), ("gold", 0.32), ("VIP", 0.18))

BRANCHES = (
    Branch(
        "Sandaojie", 0, "S", per_hour=32.6, counters=7, lunch_away=2, saturday_away=1, tellers=10,
        kept_counters=2, valued_share=0.13, customers=8000,
        cases_per_day=7.0, openings_per_day=5.0, managers=6, slow_manager_factor=2.4,
        approves_in_batches=True, rework_share=0.40, case_segments=NEGLECTFUL,
        ordinary_with_manager_share=0.08, leave_share=0.07, mood=0.0, has_lunch_cover=True,
    ),
    Branch(
        "Beidajie", 1, "B", per_hour=24.0, counters=6, lunch_away=1, saturday_away=1, tellers=8,
        kept_counters=0, valued_share=0.17, customers=5600,
        cases_per_day=4.0, openings_per_day=3.0, managers=4, slow_manager_factor=1.0,
        approves_in_batches=False, rework_share=0.14, case_segments=EVEN_HANDED,
        ordinary_with_manager_share=0.35, leave_share=0.04, mood=0.10,
    ),
    Branch(
        "Xinhualu", 2, "X", per_hour=22.0, counters=5, lunch_away=1, saturday_away=1, tellers=7,
        kept_counters=0, valued_share=0.15, customers=4900,
        cases_per_day=3.5, openings_per_day=2.6, managers=4, slow_manager_factor=1.0,
        approves_in_batches=False, rework_share=0.17, case_segments=EVEN_HANDED,
        ordinary_with_manager_share=0.30, leave_share=0.045, mood=0.05,
    ),
    Branch(
        "Renminlu", 3, "R", per_hour=19.0, counters=5, lunch_away=1, saturday_away=1, tellers=7,
        kept_counters=0, valued_share=0.16, customers=4200,
        cases_per_day=3.0, openings_per_day=2.2, managers=3, slow_manager_factor=1.0,
        approves_in_batches=False, rework_share=0.12, case_segments=EVEN_HANDED,
        ordinary_with_manager_share=0.40, leave_share=0.035, mood=0.15,
    ),
)  # fmt: skip
