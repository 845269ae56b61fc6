"""The process map on its page: how much of it is drawn, what darkens its lines, what a click shows."""

import pandas as pd
import streamlit as st

from analytics.charts.process_map import LEAST_SHARE, ColorBy, View, clicked, left_out, process_map
from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.diagnosis.variants import Variants, variants
from analytics.diagnosis.waiting_causes import CAUSES, WaitingCauses
from analytics.language import _
from analytics.words import bottlenecks as words
from analytics.words import waiting_causes as cause_words
from pages.shared import blocks, process_views
from pages.shared.cached import cached

DETAIL = (0.5, 0.2, 0.1, 0.05, LEAST_SHARE, 0.01, 0.0)


def show(result: Bottlenecks, found: WaitingCauses | None) -> None:
    """The map with its detail, colours and paths; a click shows the step's or hand-over's waits."""
    cny = cause_words.price_by_handover(found) if found else {}
    names: dict[ColorBy, str] = {"wait": _("Mean wait"), "cases": _("Cases"), "cost": _("Price of waiting")}
    detail_at, color_at, path_at = st.columns([2, 3, 3], vertical_alignment="bottom")
    least = detail_at.select_slider(
        _("Steps and lines taken by at least"),
        DETAIL,
        LEAST_SHARE,
        format_func=lambda s: f"{s:.0%}",
        key="detail",
    )
    color = color_at.segmented_control(
        _("Darker lines"), [k for k in names if k != "cost" or cny], default="wait", format_func=names.__getitem__,
        key="color", required=True,
    )  # fmt: skip
    paths = _paths(cached(variants, result.process, result.hours))
    chosen = path_at.selectbox(
        _("Follow a way or one case"), list(paths), format_func=lambda k: paths[k][0], key="path"
    )
    view = View(least, color, paths[chosen][1], cny)
    with blocks.card(words.map_title(result), words.map_caption(result)):
        points = blocks.figure(
            process_map(result, view), "process-map", result.activities, "process_steps",
            words.map_caption(result), is_selectable=True,
        )  # fmt: skip
        if left_out(result, view):
            st.caption(words.left_out(left_out(result, view)))
        st.caption(_("Click a step or the figure beside a line to see its waits."))
    picked = clicked(points)
    if picked and found is not None:
        _picked(found, *picked)


def _paths(ways: Variants | None) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What can be followed on the map: nothing, one of the most frequent variants, one case."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {"": (_("All cases"), ())}
    if ways:
        steps_of = ways.variants["steps"].tolist()
        for i, (steps, n) in enumerate(zip(steps_of[:12], ways.variants["n"].tolist(), strict=False)):
            label = _("Way {number}: {n}, {path}").format(
                number=i + 1, n=words.n_cases(n), path=" → ".join(steps)
            )
            found[f"way {i}"] = (label, steps)
        for case_id, number in zip(ways.cases["case_id"], ways.cases["variant"], strict=True):
            found[str(case_id)] = (str(case_id), steps_of[number])
    return found


def _picked(found: WaitingCauses, before: str, activity: str) -> None:
    rows = found.waits[found.waits["activity"] == activity]
    rows = rows[rows["before"] == before] if before else rows
    title = cause_words.handover_name(before, activity) if before else words.step(activity)
    caption = _("Hours waited by cause, {n} waits").format(n=f"{len(rows):,}")
    with blocks.card(title, caption):
        sums = rows[list(CAUSES)].sum()
        table = pd.DataFrame(
            {
                "cause": [cause_words.name(c) for c in sums.index], "hours": sums.to_numpy(),
                "share": (100 * sums / max(sums.sum(), 1e-9)).to_numpy(),
            }
        )  # fmt: skip
        blocks.table(
            table[table["hours"] > 0].sort_values("hours", ascending=False), "picked",
            {
                "cause": st.column_config.TextColumn(_("Cause"), width="large"),
                "hours": st.column_config.NumberColumn(_("Hours"), format="%.0f"),
                "share": st.column_config.ProgressColumn(
                    _("Share"), format="%d%%", min_value=0, max_value=100, color="orange"
                ),
            },
        )  # fmt: skip
        if len(rows):
            process_views.examples(
                found, str(sums.idxmax()), "picked-cases", (before, activity) if before else None
            )
