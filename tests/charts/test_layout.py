"""The shared look of charts: bare, fixed margins, colours as tokens, at most four round ticks."""

import json

import pandas as pd
import pytest

from analytics import language
from analytics.charts import layout, tokens


def test_a_base_figure_is_bare_and_keeps_its_margins():
    figure = layout.base(270, left=44, right=110)
    assert figure.layout.height == 270
    assert (figure.layout.margin.l, figure.layout.margin.r) == (44, 110)
    assert not figure.layout.showlegend and figure.layout.title.text is None
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert axis.ticks == "" and not axis.showgrid and not axis.zeroline
        assert axis.title.text is None and not axis.automargin
    assert figure.layout.template.layout.to_plotly_json() == {}


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 23, [0, 10, 20]),
        (0, 1, [0, 0.5, 1]),
        (-4, 2, [-4, -2, 0, 2]),
        (0, 0, [0]),
        (0, 60, [0, 20, 40, 60]),
    ],
)
def test_ticks_are_few_round_and_inside(low, high, ticks):
    assert layout.nice_ticks(high, low) == ticks


def test_only_the_end_tick_carries_the_unit():
    ticks = layout.end_tick([0, 10, 20], ["0", "10", "20"], "20 min")
    assert ticks["ticktext"] == ["0", "10", "20 min"]


def test_labels_are_moved_apart_in_their_order():
    assert layout.spread_apart([5, 1, 1.2], 1) == pytest.approx([5, 0.6, 1.6])
    assert layout.spread_apart([1, 5], 1) == [1, 5]


def test_a_target_line_is_named_beside_the_plot():
    figure = layout.base(200, right=90)
    layout.target_line(figure, 85, "target 85%")
    (line,), (name,) = figure.layout.shapes, figure.layout.annotations
    assert line.y0 == line.y1 == 85 and line.line.dash == "dot" and line.line.color == tokens.NEUTRAL
    assert name.text == "target 85%" and (name.xref, name.x, name.xanchor) == ("paper", 1.0, "left")


def test_outside_a_browser_every_token_becomes_a_colour():
    figure = layout.base(200)
    figure.add_trace(layout.band([1, 2], [0, 1], [2, 3], tokens.ORDINARY))
    layout.margin_label(figure, "Ordinary", 1, tokens.ORDINARY)
    text = json.dumps(tokens.in_light(figure).to_plotly_json(), default=str)
    assert "#0000" not in text
    assert tokens.LIGHT[tokens.ORDINARY] + tokens.BAND_ALPHA in text


def test_labels_added_at_once_are_those_added_one_by_one():
    def chart():
        figure = layout.base(100)
        figure.add_annotation(text="first", x=0, y=0)
        layout.label(figure, "second", 1, 2, dx=3)
        layout.margin_label(figure, "third", 1, "#000009")
        return figure

    one_by_one, at_once = chart(), layout.at_once(chart)()
    assert (
        at_once.layout.annotations == one_by_one.layout.annotations and len(at_once.layout.annotations) == 3
    )
    assert layout.at_once(lambda: layout.base(10))().layout.annotations == ()


def test_a_chart_of_the_same_content_is_drawn_once_a_language(monkeypatch):
    drawn = []

    @layout.at_once
    def chart(frame, height=100):
        drawn.append(language.language())
        figure = layout.base(height)
        layout.label(figure, "words", 0, len(frame))
        return figure

    frame = pd.DataFrame({"x": [1, 2]})
    first = chart(frame)
    assert chart(frame.copy()) is first and len(drawn) == 1
    assert chart(frame, height=120).layout.height == 120
    assert chart(frame.assign(x=3)) is not first and len(drawn) == 3
    monkeypatch.setattr(language, "_source", lambda: "zh_CN")
    assert chart(frame) is not first and drawn[-1] == "zh_CN"


def test_a_part_of_another_chart_is_drawn_anew_for_it():
    @layout.at_once
    def part():
        figure = layout.base(100)
        layout.label(figure, "part", 0, 0)
        return figure

    @layout.at_once
    def whole():
        figure = part()
        layout.label(figure, "whole", 0, 1)
        return figure

    assert len(part().layout.annotations) == 1
    assert [a.text for a in whole().layout.annotations] == ["part", "whole"]
    assert len(part().layout.annotations) == 1


def test_what_cannot_be_told_apart_is_drawn_every_time_and_old_figures_go():
    @layout.at_once
    def chart(write):
        return layout.base(write())

    assert chart(lambda: 100) is not chart(lambda: 100)

    @layout.at_once
    def numbered(n):
        return layout.base(10 + n)

    first = numbered(1)
    for n in range(2, layout._MOST_DRAWN + 2):
        numbered(n)
    assert len(layout._drawn) == layout._MOST_DRAWN and numbered(1) is not first
