"""The parts of the process page: why it waits, where time goes, variants, people."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.charts import bottlenecks as charts
from analytics.charts import process_hours, process_views, waiting_causes
from analytics.diagnosis.bottlenecks import Bottlenecks
from analytics.diagnosis.people import people
from analytics.diagnosis.variants import variants
from analytics.diagnosis.waiting_causes import CAUSES, WaitingCauses
from analytics.diagnosis.waiting_causes import waiting_causes as causes_of
from analytics.language import _
from analytics.words import bottlenecks as words
from analytics.words import process_map as map_words
from analytics.words import process_views as view_words
from analytics.words import waiting_causes as cause_words
from pages.shared import blocks
from pages.shared.cached import cached

# Pixels of the column of hand-overs.
HANDOVER = 228


def why(result: Bottlenecks, found: WaitingCauses | None) -> None:
    """The causes as the answer, hand-overs by cause, examples case by case."""
    if found is None:
        with blocks.card(_("Why cases wait is not known")):
            st.markdown(
                _(
                    "Only completions are recorded. With the start of each step waiting could be told from work."
                )
            )
        return
    left, right = st.columns(2)
    with left, blocks.card(cause_words.title(found), cause_words.caption(found)):
        blocks.figure(waiting_causes.causes(found), "causes", found.causes, "waiting_causes")
    with right, blocks.card(cause_words.handovers_title(found), cause_words.handovers_caption(found)):
        blocks.figure(
            waiting_causes.handovers(found), "cause-handovers", found.handovers, "causes_by_handover"
        )
    st.caption(cause_words.notes(found))
    with blocks.card(
        _("Case by case"), _("The longest waits of a cause, {hours}").format(hours=words.hours_name(result))
    ):
        every = found.causes[(found.causes["group"] == "all") & (found.causes["hours"] > 0)]
        kinds = [c for c in CAUSES if c in set(every["cause"])]
        top = cause_words.for_staff(found)
        default = top.iloc[0]["cause"] if len(top) else "extraneous"
        cause = st.segmented_control(
            _("Cause"), kinds, default=default, format_func=cause_words.short_name, key="cause", required=True,
            label_visibility="collapsed",
        )  # fmt: skip
        examples(found, cause, "examples")


def examples(found: WaitingCauses, cause: str, key: str, before: str = "", activity: str = "") -> None:
    """Waits of one cause (of a step, of a hand-over), the longest first, to be opened case by case."""
    rows = cause_words.examples(found, cause, before, activity)
    columns: dict[str, Any] = {
        "case_id": st.column_config.TextColumn(_("Case")),
        "handover": st.column_config.TextColumn(_("Hand-over"), width=HANDOVER),
        "ready_at": st.column_config.DatetimeColumn(_("Ready"), format="YYYY-MM-DD HH:mm", width=126),
        "started_at": st.column_config.DatetimeColumn(_("Begun"), format="YYYY-MM-DD HH:mm", width=126),
        "cause_h": st.column_config.NumberColumn(_("This cause, h"), format="%.1f", width=104),
        "other_h": st.column_config.NumberColumn(_("Other causes, h"), format="%.1f", width=116),
        "wait_clock_h": st.column_config.NumberColumn(_("Clock h"), format="%.1f", width=74),
    }
    if before:  # the same in every row
        del columns["handover"]
    blocks.table(
        rows,
        key,
        columns,
        alt=_("Examples of waits"),
        height=320,
        wraps={} if before else {"handover": HANDOVER},
    )


def time(result: Bottlenecks) -> None:
    """Steps, hand-overs, groups, products, weeks."""
    steps = process_hours.shown(result)
    caption = map_words.steps_caption(result, len(result.activities) - len(steps))
    with blocks.card(map_words.steps_title(result), caption):
        blocks.figure(process_hours.steps(result), "steps", result.activities, "process_steps")
    left, right = st.columns(2)
    with left, blocks.card(words.waits_title(result), words.shares_caption(result)):
        blocks.figure(charts.handovers(result), "handovers", result.handovers, "handovers")
    is_split = len(result.groups) > 1
    if is_split:
        with right, blocks.card(words.groups_title(result), words.groups_caption(result)):
            blocks.figure(
                charts.handovers_by_group(result), "by-group", result.handovers_by_group, "waits_by_group"
            )
    with (
        st.container() if is_split else right,
        blocks.card(words.weeks_title(result), words.weeks_caption(result)),
    ):
        blocks.figure(charts.weeks(result), "weeks", result.weeks, "weeks")
    ways = cached(variants, result.process, result.hours)
    by_attribute = ways.by_attribute if ways else pd.DataFrame({"attribute": []})
    names = list(dict.fromkeys(by_attribute["attribute"]))
    for name, column in zip(names, st.columns(len(names)) if names else (), strict=True):
        caption = _("Mean cycle time, {hours}, 95% interval").format(hours=words.hours_name(result))
        with column, blocks.card(view_words.by_attribute_title(name), caption):
            blocks.figure(
                process_views.by_attribute(by_attribute, name), f"by-{name}",
                by_attribute[by_attribute["attribute"] == name], f"cycle_time_by_{name}",
            )  # fmt: skip
    with blocks.card(_("All hand-overs"), words.waits_caption(result)):
        blocks.table(
            words.table(result),
            "all_handovers",
            {
                "handover": st.column_config.TextColumn(_("Hand-over"), width="large"),
                "n": st.column_config.NumberColumn(_("Times"), format="localized"),
                "wait_h": st.column_config.NumberColumn(words.hours_column(result), format="%.1f"),
                "interval": st.column_config.TextColumn(_("95% interval")),
                "wait_clock_h": st.column_config.NumberColumn(_("Clock h"), format="%.1f"),
                "cycle_percent": st.column_config.ProgressColumn(
                    _("Of the cycle time"), format="%d%%", min_value=0, max_value=100, color="orange" if result.has_starts else "gray"
                ),
            },
            alt=words.waits_title(result), wraps={"handover": 400},
        )  # fmt: skip


def rework(result: Bottlenecks) -> None:
    """What comes back, in how many ways the process runs, what goes with slow cases."""
    found = cached(variants, result.process, result.hours)
    if found is None:
        return
    left, right = st.columns(2)
    with left, blocks.card(words.rework_title(result), words.rework_caption(result)):
        blocks.figure(charts.returns(result), "returns", words.returns(result), "returns")
        if not result.rounds.empty:
            st.caption(words.rounds_caption(result))
            blocks.figure(charts.rounds(result), "rounds")
        st.caption(view_words.first_time_right(found))
    with right, blocks.card(view_words.effects_title(found), view_words.effects_caption(found)):
        if not found.effects.empty:
            blocks.figure(process_views.effects(found), "effects", found.effects, "what_goes_with_slow_cases")
            st.caption(view_words.effects_note(found))
    with blocks.card(
        view_words.variants_title(found), view_words.variants_caption(found, process_views.n_drawn(found))
    ):
        table = found.variants.assign(steps=[" → ".join(p) for p in found.variants["steps"]])
        blocks.figure(process_views.variants(found), "variants", table, "variants")


def staff(result: Bottlenecks) -> None:
    """Load, pace, hand-overs between people."""
    found = cached(people, result.process)
    if found is None:
        with blocks.card(_("Nobody is named in this process")):
            st.markdown(_("With the person of each step the load of people could be shown."))
        return
    with blocks.card(view_words.people_title(found), view_words.people_caption()):
        columns: dict[str, Any] = {
            "person": st.column_config.TextColumn(_("Person")),
            "role": st.column_config.TextColumn(_("Role")),
            "n_steps": st.column_config.NumberColumn(_("Steps"), format="localized"),
            "load_percent": st.column_config.ProgressColumn(
                _("Load, %"), format="%d%%", min_value=0, max_value=100, color="gray"
            ),
            "other_percent": st.column_config.NumberColumn(_("Other processes, %"), format="%.0f"),
            "pace": st.column_config.NumberColumn(_("Pace (1: as colleagues)"), format="%.2f"),
            "pace_interval": st.column_config.TextColumn(_("95% interval")),
        }
        table = view_words.people_table(found)
        blocks.table(
            table, "people",
            # What is known of nobody, or nobody has, takes no column.
            {name: column for name, column in columns.items() if table[name].replace(["", 0], None).notna().any()},
            alt=view_words.people_title(found), height="content" if len(table) <= 15 else "auto",
        )  # fmt: skip
        st.caption(view_words.roles_sentence(found))
    if len(found.network):
        with blocks.card(view_words.network_title(found), view_words.network_caption()):
            blocks.figure(process_views.network(found), "network", found.network, "handover_network")


def causes(result: Bottlenecks) -> WaitingCauses | None:
    """The waits of the process by cause, computed once."""
    return cached(causes_of, result.process, result.hours)
