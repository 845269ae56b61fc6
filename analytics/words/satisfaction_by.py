"""Satisfaction by touchpoint, service and segment, in words."""

import pandas as pd

from analytics.diagnosis.satisfaction import Satisfaction
from analytics.language import _, ngettext
from analytics.methods.estimate import SMALL_N
from analytics.words import numbers
from analytics.words.changes import group_name, lowered
from analytics.words.satisfaction import DRAWN_N, touchpoint

MOST_SERVICES = 8


def title(result: Satisfaction, by: str) -> str:
    """What is clear of touchpoints or services."""
    if by == "touchpoint":
        plain, alike = (
            _("Satisfaction by touchpoint"),
            _("No touchpoint clearly satisfies less than the others"),
        )
        return _title(result, result.touchpoints, by, plain, alike)
    plain, alike = _("Satisfaction by service"), _("No service clearly satisfies less than the others")
    return _title(result, result.services, by, plain, alike)


def touchpoints_title(result: Satisfaction) -> str:
    return title(result, "touchpoint")


def services_title(result: Satisfaction) -> str:
    return title(result, "service")


def _title(result: Satisfaction, frame: pd.DataFrame, by: str, plain: str, alike: str) -> str:
    """Who satisfies the first group least beyond chance, else most; of those with answers enough."""
    rows = frame[(frame["group"] == result.groups[0]) & (frame["n"] >= SMALL_N)].sort_values("csat_share")
    if len(rows) < 2:
        return plain
    worst, best = rows.iloc[0], rows.iloc[-1]
    if worst["high"] < rows.iloc[1]["low"]:
        return _("{name} satisfies least").format(name=named(by, worst[by]))
    if best["low"] > rows.iloc[-2]["high"]:
        return _("{name} satisfies most").format(name=named(by, best[by]))
    if worst["high"] < best["low"]:
        return _("{worst} satisfies less than {best}").format(
            worst=named(by, worst[by]), best=lowered(named(by, best[by]))
        )
    return alike


def named(by: str, code: str) -> str:
    """The name of a touchpoint, service or segment."""
    return code[:1].upper() + code[1:] if by == "service" else touchpoint(code)


def shown_services(result: Satisfaction) -> pd.DataFrame:
    """The services with the most answers, at most eight; the others stand in the table."""
    frame = result.services[result.services["n"] > 0]
    most = frame.groupby("service")["n"].sum().nlargest(MOST_SERVICES).index
    return frame[frame["service"].isin(most)]


def services_caption(result: Satisfaction) -> str:
    shown = shown_services(result)
    n, left = (
        numbers.count(shown["n"].sum()),
        result.services["service"].nunique() - shown["service"].nunique(),
    )
    text = _("Share satisfied by the service of the ticket named, 95% interval, {n} answers").format(n=n)
    if left > 0:
        text += " · " + ngettext(
            "{n} more service in the table", "{n} more services in the table", left
        ).format(n=left)
    return text


def too_few(n: int) -> str:
    return _("too few answers ({n})").format(n=numbers.n(n))


def touchpoints_caption(result: Satisfaction) -> str:
    n = numbers.count(result.touchpoints["n"].sum())
    return _("Share satisfied, 95% interval, {n} answers").format(n=n)


def table(result: Satisfaction) -> pd.DataFrame:
    """Touchpoints, services and segments with shares, scores and intervals as a person reads them."""
    kinds = (
        ("touchpoint", _("Touchpoint"), result.touchpoints),
        ("service", _("Service"), result.services),
        ("segment", _("Segment"), result.segments),
    )
    parts = [
        frame.assign(by=kind, name=[named(by, code) for code in frame[by]])
        for by, kind, frame in kinds
        if not frame.empty
    ]
    if not parts:
        return pd.DataFrame()
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["n"] + rows["n_recommend"] > 0]
    has_csat, has_nps = rows["n"] >= DRAWN_N, rows["n_recommend"] >= DRAWN_N
    return rows.assign(
        group_name=[group_name(group) for group in rows["group"]],
        csat_percent=(100 * rows["csat_share"]).round().where(has_csat),
        csat_interval=[
            numbers.spread(low, high, "share") if has else _("too few")
            for low, high, has in zip(rows["low"], rows["high"], has_csat, strict=True)
        ],
        nps_text=[
            numbers.plain(value, "points") if has else numbers.UNKNOWN
            for value, has in zip(rows["nps"], has_nps, strict=True)
        ],
        nps_interval=[
            numbers.spread(low, high, "points") if has else _("too few")
            for low, high, has in zip(rows["nps_low"], rows["nps_high"], has_nps, strict=True)
        ],
    )
