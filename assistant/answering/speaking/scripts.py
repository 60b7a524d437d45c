"""Text → the languages with a lexicon that are written in its script."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from assistant.answering.speaking.lexicon import FALLBACK_LANGUAGE, load_lexicons

SCRIPTS = (
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    ("zh", regex.compile(r"\p{Han}")),
    ("th", regex.compile(r"\p{Thai}")),
    ("ko", regex.compile(r"\p{Hangul}")),
    ("hi", regex.compile(r"\p{Devanagari}")),
    ("he", regex.compile(r"\p{Hebrew}")),
    ("el", regex.compile(r"\p{Greek}")),
    ("ar fa ur", regex.compile(r"\p{Arabic}")),
    ("ru uk", regex.compile(r"\p{Cyrillic}")),
)


def scripts_of(text: str) -> Sequence[str]:
    """Returns the languages with a lexicon that are written in the script of these words."""
    lexicons = load_lexicons()
    taken = {code for codes, _ in SCRIPTS for code in codes.split()}
    for codes, script in SCRIPTS:
        if script.search(text):
            return [code for code in codes.split() if code in lexicons] or [FALLBACK_LANGUAGE]
    return [code for code in lexicons if code not in taken]
