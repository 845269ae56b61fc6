"""Charts of causes, variants, effects, people and deviations: what stands on the axes, and the map's options."""

import itertools
import json
from dataclasses import replace

import pandas as pd
import pytest

from analytics.charts import process_views, waiting_causes
from analytics.charts.process_map import (
    DETAIL,
    LEAST_SHARE,
    View,
    clicked,
    left_out,
    process_map,
    readable_share,
)
from analytics.charts.tokens import INK, WAITING, WORKING
from analytics.diagnosis.bottlenecks import bottlenecks
from analytics.diagnosis.conformance import conformance, design_of
from analytics.diagnosis.people import people
from analytics.diagnosis.variants import variants
from analytics.diagnosis.waiting_causes import waiting_causes as causes_of
from analytics.store.reader import Store
from analytics.words import waiting_causes as cause_words
from tests.diagnosis.logs import of_branch

PROCESS = "relationship marketing"


@pytest.fixture(scope="module")
def asked(sample_store):
    store = Store.open(sample_store)
    return store, of_branch(store, "Sandaojie"), PROCESS


def bars(figure) -> list[float]:
    return [trace.x[0] for trace in figure.data if trace.type == "bar"]


def texts(figure) -> str:
    return " ".join(annotation.text for annotation in figure.layout.annotations)


def test_causes_start_at_zero_and_stand_by_group(asked):
    found = causes_of(*asked)
    figure = waiting_causes.causes(found)
    rows = found.causes[(found.causes["hours"] > 0) & (found.causes["group"] != "all")]
    assert figure.layout.xaxis.range[0] == 0
    assert sorted(bars(figure)) == pytest.approx(sorted(rows["per_case_h"]))
    assert "Ordinary" in texts(figure) and "VIP" in texts(figure)
    assert "pile up" in figure.layout.annotations[0].text, (
        "the largest cause in the branch's hands comes first"
    )


def test_a_cause_is_given_for_a_wait_only_where_it_takes_most_of_it(asked):
    found = causes_of(*asked)
    assert cause_words.title(found) == "Credit approval waits because work is left to pile up"
    rows = found.handovers
    is_other = (rows["activity"] == "credit approval") & (rows["cause"] == "extraneous")
    longer = replace(found, handovers=rows.assign(hours=rows["hours"].mask(is_other, 1e6)))
    assert cause_words.title(longer) == "Most for the staff: credit approval, piled up"


def test_hand_overs_by_cause_leave_the_customers_time_out(asked):
    figure = waiting_causes.handovers(causes_of(*asked))
    assert "credit approval · piled up" in figure.layout.annotations[0].text
    assert "not recorded" not in texts(figure)
    assert "CNY" in texts(figure)


def test_variants_effects_and_attributes(asked):
    found = variants(*asked)
    assert bars(process_views.variants(found)) == pytest.approx(
        found.variants["share"][: found.n_for_most].tolist()
    )
    effects = process_views.effects(found)
    dots = [trace.x[0] for trace in effects.data if trace.mode == "markers"]
    assert dots == pytest.approx(sorted((found.effects["factor"].head(8) - 1).tolist(), reverse=True))
    assert all(text.endswith("%") and "%%" not in text for text in effects.layout.xaxis.ticktext)
    assert process_views.by_attribute(found.by_attribute, "product").layout.xaxis.range[0] == 0


def test_the_network_counts_hand_overs(asked):
    found = people(*asked)
    figure = process_views.network(found)
    assert figure.data[0].z.sum() == found.network["n"].sum()


def test_deviations_say_what_they_cost(asked):
    design = design_of(
        "contact customer\nneeds analysis\nprepare proposal\ncollect documents\ncheck documents"
    )
    found = conformance(*asked, design)
    figure = process_views.deviations(found)
    assert bars(figure) == pytest.approx(found.deviations["share"].head(6).tolist())
    assert "is not foreseen" in texts(figure)


def test_the_map_by_detail_colour_and_path(asked):
    result = bottlenecks(*asked)
    assert left_out(result, View(least_share=0.8)) > left_out(result)
    by_cases = json.dumps(
        process_map(result, View(color_by="cases")).to_dict()["layout"]["shapes"], default=str
    )
    assert WORKING + "FF" in by_cases and WAITING not in by_cases
    path = ("contact customer", "needs analysis", "prepare proposal")
    lines = [s.line.color for s in process_map(result, View(path=path)).layout.shapes if s.type == "line"]
    assert lines.count(INK) == 2
    dear = {("check documents", "credit approval"): 100.0}
    colors = [
        s.line.color
        for s in process_map(result, View(color_by="cost", cny=dear)).layout.shapes
        if s.type == "line"
    ]
    assert [c for c in colors if c.startswith(WAITING)] == [WAITING + "FF"]


def test_a_click_names_a_step_or_a_line(asked):
    figure = process_map(bottlenecks(*asked))
    named = {
        tuple(pair) for trace in figure.data if trace.customdata is not None for pair in trace.customdata
    }
    assert ("", "credit approval") in named and ("check documents", "credit approval") in named
    assert clicked([{"customdata": ["check documents", "credit approval"]}]) == (
        "check documents",
        "credit approval",
    )
    assert clicked([{"x": 1}]) is None and clicked([]) is None


def test_the_usual_map_has_no_more_lines_than_can_be_read(asked):
    result = bottlenecks(*asked)
    assert readable_share(result) == LEAST_SHARE
    first = result.activities["activity"].iloc[0]
    everywhere = result.handovers.iloc[[0] * 40].assign(
        before=first, activity=[f"step {i}" for i in range(40)], n_cases=round(0.06 * result.n_cases)
    )
    steps = result.activities.iloc[[0] * 40].assign(
        activity=everywhere["activity"].tolist(), n_cases=result.n_cases
    )
    busy = replace(
        result,
        activities=pd.concat([result.activities, steps], ignore_index=True),
        handovers=pd.concat([result.handovers, everywhere], ignore_index=True),
    )
    assert readable_share(busy) in DETAIL and readable_share(busy) > LEAST_SHARE


def test_a_path_is_shown_whole_however_rare(asked):
    result = bottlenecks(*asked)
    path = ("contact customer", "needs analysis", "prepare proposal", "collect documents", "check documents")
    again = (*path, "collect documents", "check documents")
    figure = process_map(result, View(least_share=0.9, path=again))
    drawn = [s for s in figure.layout.shapes if s.type in ("line", "path") and s.line.color == INK]
    assert len(drawn) == len(set(itertools.pairwise(again))), "each hand-over of the path, once"
