"""The process map on its page: how much of it is drawn, what darkens its lines, what a click shows."""

import pandas as pd
import streamlit as st

from analytics.charts.process_map import (
    DETAIL,
    ColorBy,
    View,
    clicked,
    left_out,
    n_silent,
    process_map,
    readable_share,
)
from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.diagnosis.variants import Variants, path_of, variants
from analytics.diagnosis.waiting_causes import CAUSES, WaitingCauses
from analytics.language import _
from analytics.words import bottlenecks as words
from analytics.words import numbers
from analytics.words import process_map as map_words
from analytics.words import waiting_causes as cause_words
from pages.shared import blocks, process_views
from pages.shared.cached import cached

MOST_WAYS = 12


def show(result: Bottlenecks, found: WaitingCauses | None) -> None:
    """The map with its detail, colours and paths; a click shows the step's or hand-over's waits."""
    cny = cause_words.price_by_handover(found) if found else {}
    names: dict[ColorBy, str] = {
        "wait": _("Mean wait") if result.has_starts else _("Time from step to step"),
        "cases": _("Number of cases"),
        "cost": _("Price of waiting"),
    }
    detail_at, color_at, path_at = st.columns([2, 3, 3], vertical_alignment="bottom")
    least = detail_at.select_slider(
        _("Steps and lines taken by at least"),
        DETAIL,
        readable_share(result),
        format_func=lambda s: f"{s:.0%}",
        key=f"detail-{result.process}",
    )
    color = color_at.segmented_control(
        _("Darker lines"), [k for k in names if k != "cost" or cny], default="wait", format_func=names.__getitem__,
        key="color", required=True,
    )  # fmt: skip
    ways = _ways(cached(variants, result.process, result.hours))
    chosen = path_at.selectbox(
        _("Follow a way, or type a case"), list(ways), format_func=lambda k: ways[k][0] if k in ways else k,
        key="path", accept_new_options=True,
    )  # fmt: skip
    path = ways[chosen][1] if chosen in ways else cached(path_of, result.process, chosen.strip())
    view = View(least, color, path, cny)
    with blocks.card(map_words.title(result), map_words.caption(result)):
        points = blocks.figure(
            process_map(result, view), "process-map", result.activities, "process_steps",
            map_words.caption(result), is_selectable=found is not None,
        )  # fmt: skip
        notes = []
        if chosen and not path:
            notes.append(_("This process has no case «{case}».").format(case=chosen.strip()))
        if found:
            notes.append(_("Click a step or a line to see its waits."))
        if left_out(result, view):
            notes.append(words.left_out(left_out(result, view)))
        if n_silent(result, view):
            notes.append(
                _("Lines without figures show them under the pointer: there is no room beside them.")
            )
        st.caption(numbers.sentences(notes))
    picked = clicked(points)
    if picked and found is not None:
        _picked(found, *picked)


def _ways(found: Variants | None) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What can be followed on the map besides a case: nothing, or one of the most frequent variants."""
    ways: dict[str, tuple[str, tuple[str, ...]]] = {"": (_("All cases"), ())}
    if found:
        first = found.variants.head(MOST_WAYS)
        for i, (steps, n) in enumerate(zip(first["steps"], first["n"], strict=True)):
            label = _("Way {number}: {n}, {path}").format(
                number=i + 1, n=words.n_cases(n), path=" → ".join(steps)
            )
            ways[f"way {i}"] = (label, steps)
    return ways


def _picked(found: WaitingCauses, before: str, activity: str) -> None:
    rows = found.handovers[found.handovers["activity"] == activity]
    rows = rows[rows["before"] == before] if before else rows
    n_waits = rows.drop_duplicates("before")["n_waits"].sum()
    title = cause_words.handover_name(before, activity) if before else words.step(activity)
    caption = _("Hours waited by cause, {n} waits").format(n=numbers.count(n_waits))
    with blocks.card(title, caption):
        sums = rows.groupby("cause")["hours"].sum().reindex(CAUSES, fill_value=0.0)
        table = pd.DataFrame(
            {
                "cause": [cause_words.name(c) for c in sums.index], "hours": sums.to_numpy().round(),
                "share": (100 * sums / max(sums.sum(), 1e-9)).to_numpy(),
            }
        )  # fmt: skip
        blocks.table(
            table[table["hours"] > 0].sort_values("hours", ascending=False), "picked",
            {
                "cause": st.column_config.TextColumn(_("Cause"), width="large"),
                "hours": st.column_config.NumberColumn(_("Hours"), format="localized"),
                "share": st.column_config.ProgressColumn(
                    _("Share"), format="%d%%", min_value=0, max_value=100, color="orange"
                ),
            },
        )  # fmt: skip
    if n_waits:
        cause = str(sums.idxmax())
        caption = _("The longest waits by this cause: {cause}").format(cause=cause_words.name(cause))
        with blocks.card(_("Case by case"), caption):
            process_views.examples(found, cause, "picked-cases", before, activity)
