"""The catalogues of words: gather the texts of the product, keep their translations, compile them.

`python -m analytics.words.catalogue` brings `locale/zh_CN/LC_MESSAGES/branchwise.po` up to date and compiles
it. It needs Babel, which the app does not. Texts are English; untranslated ones show in English.
"""

import ast
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
LOCALE = Path(__file__).parent / "locale"
LANGUAGE = "zh_CN"
DOMAIN = "branchwise"
N_TEXTS = {"_": 1, "ngettext": 2}
_ONE_DAY = datetime(2026, 11, 24, tzinfo=UTC)  # headers that do not change with every update


def path_of(ending: str) -> Path:
    return LOCALE / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


def texts() -> Catalog:
    """Every text that the product's sources pass through `_` or `ngettext`, those within f-strings too."""
    catalogue = Catalog(domain=DOMAIN, charset="utf-8")
    for path in (
        ROOT / "app.py",
        *(p for f in ("analytics", "pages") for p in sorted((ROOT / f).rglob("*.py"))),
    ):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in N_TEXTS:
                found = [ast.literal_eval(arg) for arg in call.args[: N_TEXTS[call.func.id]]]
                catalogue.add(found[0] if len(found) == 1 else tuple(found))
    return catalogue


def translations() -> Catalog:
    """The kept translations."""
    if not path_of("po").exists():
        return Catalog(locale=LANGUAGE, domain=DOMAIN, charset="utf-8")
    with path_of("po").open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain=DOMAIN)


def update() -> None:
    """Bring the kept translations up to date with the sources, and compile them."""
    catalogue = Catalog(
        locale=LANGUAGE, domain=DOMAIN, charset="utf-8", fuzzy=False, project="Branchwise", version="1",
        header_comment="# Branchwise in simplified Chinese.", msgid_bugs_address="-", last_translator="-",
        language_team="-", creation_date=_ONE_DAY, revision_date=_ONE_DAY,
    )  # fmt: skip
    kept = translations()
    for message in texts():
        if not message.id:
            continue
        known = kept.get(message.id[0] if isinstance(message.id, tuple) else message.id)
        added = catalogue.add(message.id, known.string if known else "")
        added.flags.clear()  # «95% interval» is no format of Python's, though it looks like one
    path_of("po").parent.mkdir(parents=True, exist_ok=True)
    with path_of("po").open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, omit_header=False, no_location=True)
    for message in [*catalogue]:
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.id and not all(strings):
            catalogue.delete(message.id)
    with path_of("mo").open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    update()
