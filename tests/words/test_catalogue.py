"""The Chinese catalogue: complete, compiled, and with the same placeholders as the English texts."""

import re

import pytest

babel = pytest.importorskip("babel")

from babel.messages.mofile import read_mo  # noqa: E402

from analytics import language  # noqa: E402
from analytics.words import catalogue, measures  # noqa: E402

PLACEHOLDER = re.compile(r"\{[^}]*\}")


def pairs(kept):
    for message in kept:
        if message.id:
            ids = tuple(message.id) if isinstance(message.id, tuple | list) else (message.id,)
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            yield ids, strings


def test_every_text_of_the_product_is_in_the_catalogue():
    kept = {ids[0] for ids, _ in pairs(catalogue.translations())}
    missing = sorted(ids[0] for ids, _ in pairs(catalogue.texts()) if ids[0] not in kept)
    assert missing == [], "run: make catalogue"


def test_every_text_is_translated():
    assert [ids[0] for ids, strings in pairs(catalogue.translations()) if not all(strings)] == []


def test_a_translation_keeps_the_placeholders():
    wrong = [
        ids[0]
        for ids, strings in pairs(catalogue.translations())
        if all(strings) and {*PLACEHOLDER.findall(strings[0])} != {*PLACEHOLDER.findall(ids[-1])}
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_the_written_one():
    with catalogue.path_of("mo").open("rb") as file:
        compiled = dict(pairs(read_mo(file)))
    written = {ids: strings for ids, strings in pairs(catalogue.translations()) if all(strings)}
    assert {k: tuple(v) for k, v in compiled.items()} == {k: tuple(v) for k, v in written.items()}


@pytest.fixture
def in_chinese(monkeypatch):
    monkeypatch.setattr(language, "_source", lambda: "zh_CN")


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (
            {"measure": "add_staff", "role": "counter", "headcount": 2, "from": "12:00", "to": "14:00"},
            "12:00–14:00 窗口增加 2 人",
        ),
        (
            {"measure": "add_staff", "role": "counter", "headcount": -1, "weekdays": [1, 2, 3]},
            "周一至周三窗口减少 1 人",
        ),
        (
            {"measure": "shorten", "service": "cash", "factor": 0.8},
            "Cash：用时减少 20%",
        ),
    ],
)
def test_a_measure_reads_as_one_chinese_phrase(in_chinese, measure, expected):
    assert measures.label(measure) == expected


def test_chinese_sentences_follow_each_other_without_spaces(in_chinese):
    measure = {"measure": "pool_counters", "counters": ["C1", "C2"]}
    assert measures.sentence(measure) == "窗口 C1、C2 服务全部客户。轮到的客户可到任一空闲窗口。"
