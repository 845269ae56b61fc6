"""Words of the product: every text a person reads passes through `_`.

English is the source; other languages are gettext catalogues under `words/locale/`. Which language is spoken is asked of a
source, because a page serves many people at once: `pages.shared` names the session's language, the command line stays
with the default.
"""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
_source: Callable[[], str] = lambda: "en"  # noqa: E731


def set_language_source(source: Callable[[], str]) -> None:
    """Let `source` say the reader's language (a key of LANGUAGES) from now on."""
    global _source  # noqa: PLW0603
    _source = source


def language() -> str:
    return _source()


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation(
        "branchwise", Path(__file__).parent / "words" / "locale", [code], fallback=True
    )


def _(text: str) -> str:
    """The text in the reader's language."""
    return _catalogue(language()).gettext(text)


def ngettext(one: str, many: str, n: int) -> str:
    """The text for n things in the reader's language."""
    return _catalogue(language()).ngettext(one, many, n)
