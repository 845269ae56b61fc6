"""Where measures are taken: the hall or one process, as the measures themselves say or as asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from analytics.errors import RequestError
from analytics.filters import Filters
from analytics.language import _
from analytics.methods import rosters
from analytics.redesign import measures as kinds
from analytics.redesign.parameters import Measure, unknown
from analytics.store import Store, pseudonym

HALL = "hall"
_PREFIX = "process:"

_PROCESSES = """
select process, activity, coalesce(role, '') as role, resource, count(distinct case_id)::bigint as n
from events where branch_id = $branch_id
group by process, activity, role, resource
"""
_ROLES = "select distinct role from rosters where branch_id = $branch_id order by role"


@dataclass(frozen=True)
class Places:
    """What a branch has: has_hall; hall_roles; per process its activities, roles and resources, the largest first."""

    has_hall: bool
    hall_roles: tuple[str, ...]
    activities: dict[str, frozenset[str]]
    roles: dict[str, frozenset[str]]
    resources: dict[str, frozenset[str]]

    @property
    def processes(self) -> tuple[str, ...]:
        return tuple(self.activities)

    @property
    def scopes(self) -> tuple[str, ...]:
        return (*((HALL,) if self.has_hall else ()), *(scope_of(p) for p in self.processes))


def scope_of(process: str) -> str:
    return _PREFIX + process


def process_of(scope: str) -> str:
    return scope.removeprefix(_PREFIX)


@lru_cache(maxsize=8)
def places(store: Store, branch_id: str) -> Places:
    """What the branch's data hold that measures could be taken at."""
    frame = store.frame(_PROCESSES, branch_id=branch_id)
    order = frame.groupby("process")["n"].sum().sort_values(ascending=False, kind="stable").index
    by_process = {str(p): frame[frame["process"] == p] for p in order}
    planned = [str(role) for (role,) in store.rows(_ROLES, branch_id=branch_id)]
    return Places(
        store.has("visits", branch_id),
        tuple(rosters.hall_roles(planned)) or ("counter",),
        {p: frozenset(rows["activity"].astype(str)) for p, rows in by_process.items()},
        {
            p: frozenset(str(r) for r in rows["role"] if r) or frozenset({"people"})
            for p, rows in by_process.items()
        },
        {p: frozenset(rows["resource"].dropna().astype(str)) for p, rows in by_process.items()},
    )


def decide(store: Store, filters: Filters, measures: Sequence[Measure], asked: str | None) -> str:
    """`hall` or `process:NAME`. Raises RequestError where the measures fit neither, both, or mix them."""
    known = places(store, filters.branch_id)
    if asked is not None:
        return _asked(known, measures, asked)
    telling = [m for m in measures if m["measure"] != "demand" or m.get("service") is not None]
    if not telling:
        if known.has_hall or not known.processes:
            return HALL
        if len(known.processes) == 1:
            return scope_of(known.processes[0])
        raise _name_one(known.scopes, _("The branch has several processes and no visits"))
    fitting = [(m, _fitting(known, m, store)) for m in telling]
    for m, scopes in fitting:
        if not scopes:
            raise _fits_nowhere(known, m)
    common = [s for s in known.scopes if all(s in scopes for _m, scopes in fitting)]
    if len(common) == 1:
        return common[0]
    if common:
        raise _name_one(common, _("The measures fit several places"))
    first, second = _apart(fitting)
    raise RequestError(
        _("The measures do not belong together: {first} is for {here}, {second} for {there}. Forecast them one after the other.").format(
            first=first[0]["measure"], here=_listed(first[1]), second=second[0]["measure"], there=_listed(second[1])),
        field="measures")  # fmt: skip


def _asked(known: Places, measures: Sequence[Measure], asked: str) -> str:
    if asked not in known.scopes and not (asked == HALL and not known.processes):
        raise unknown(_("scope"), asked, known.scopes or (HALL,), "scope")
    place = kinds.HALL if asked == HALL else kinds.PROCESS
    for m in measures:
        if place not in kinds.CATALOGUE[m["measure"]].places:
            raise RequestError(
                _("{measure} cannot be taken at {scope}.").format(measure=m["measure"], scope=asked),
                field="scope",
            )
    return asked


def _fitting(known: Places, m: Measure, store: Store) -> tuple[str, ...]:
    """The scopes at which the branch has what the measure names."""
    found = []
    hall = known.has_hall and kinds.HALL in kinds.CATALOGUE[m["measure"]].places
    is_of_process = m.get("activity") is not None or m.get("resource") is not None
    if hall and not is_of_process and m.get("role") in (None, *known.hall_roles):
        found.append(HALL)
    if kinds.PROCESS in kinds.CATALOGUE[m["measure"]].places:
        found += [scope_of(p) for p in known.processes if _has(known, p, m, store)]
    return tuple(found)


def _has(known: Places, process: str, m: Measure, store: Store) -> bool:
    if m.get("service") is not None or m.get("teller") is not None:
        return False
    named = kinds.activities_of(m)
    if not named <= known.activities[process]:
        return False
    role = m.get("role")
    # A pool that takes a step over may be known from anywhere in the branch; one that grows must work here.
    if role is not None and not named and str(role) not in known.roles[process]:
        return False
    resource = m.get("resource")
    if resource is not None:
        ids = known.resources[process]
        return str(resource) in ids or pseudonym(store.folder, str(resource)) in ids
    return bool(named) or role is not None


def _fits_nowhere(known: Places, m: Measure) -> RequestError:
    activities = sorted({a for s in known.activities.values() for a in s})
    what: list[tuple[Any, str, str, Any]] = [
        (
            m.get("role"),
            "role",
            _("role"),
            sorted(
                {*(known.hall_roles if known.has_hall else ()), *(r for s in known.roles.values() for r in s)}
            ),
        ),
        *(
            (a, "activity" if "activity" in m else "activities", _("activity"), activities)
            for a in sorted(kinds.activities_of(m))
        ),
        (
            m.get("resource"),
            "resource",
            _("resource"),
            sorted({r for s in known.resources.values() for r in s})[:20],
        ),
    ]
    for value, field, name, names in what:
        if value is not None and value not in names:
            return unknown(name, str(value), names, field)
    if not known.scopes:
        return RequestError(_("The branch has neither visits nor events: there is nothing to forecast."))
    return RequestError(
        _("{measure} fits nothing that the data of this branch hold: known are {scopes}.").format(
            measure=m["measure"], scopes=_listed(known.scopes)), field="measure")  # fmt: skip


def _apart(fitting: list[tuple[Measure, tuple[str, ...]]]):
    """Two measures that have no place in common; where all pairs have one, the first and the last."""
    for i, a in enumerate(fitting):
        for b in fitting[i + 1 :]:
            if not set(a[1]) & set(b[1]):
                return a, b
    return fitting[0], fitting[-1]


def _name_one(scopes: Sequence[str], why: str) -> RequestError:
    return RequestError(
        _("{why}: name one of them as scope, {scopes}.").format(why=why, scopes=_listed(scopes)),
        field="scope",
    )


def _listed(scopes: Sequence[str]) -> str:
    return ", ".join(f"«{s}»" for s in scopes)
