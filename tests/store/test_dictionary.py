"""The data dictionary of the documentation names every column that loading knows, with its musts."""

import re
from pathlib import Path

import pytest

from analytics.store.tables import TABLES

TEXT = (Path(__file__).parents[2] / "docs" / "data-dictionary.md").read_text("utf-8")


@pytest.mark.parametrize("name", list(TABLES))
def test_every_column_stands_in_the_dictionary(name: str) -> None:
    table = TABLES[name]
    part = re.split(r"^## ", TEXT.split(f"## {name}:")[1], flags=re.MULTILINE)[0]
    missing = [c.name for c in table.columns if not re.search(rf"\b{c.name}\b", part)]
    assert missing == []
    bold = set(re.findall(r"\*\*(\w+)\*\*", part))
    assert bold == set(table.musts)
