"""`abbreviations.toml` → a text in which sentencex takes no whole word for an abbreviation; every place stays."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

# A word and its point, before a word that is written large or in a script without capitals, and is no number: "No. IV",
# "Sept. 12", "vol. x" go on. "I" is somebody, not one.
BEFORE_A_WORD = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}.])(?P<word>\p{L}[\p{L}\p{M}]++)(?=\.[\p{Pe}\p{Pi}\p{Pf}\"']*+\s++[\p{P}\s]*+"
    r"(?!(?!I\b)[IVXLC]++\b(?!\.))(?!\p{Ll})\p{L})"
)
LATIN = regex.compile(r"[\p{Latin}\p{M}]+")
MASK = "ŋ"  # no abbreviation of any language, however often it stands there

# צה"ל, ארה"ב: the mark within a Hebrew word is no quotation mark, and two of them quote nothing.
GERSHAYIM = regex.compile(r"(?<=\p{Hebrew})\"(?=\p{Hebrew})")


@dataclass(frozen=True, slots=True)
class _Words:
    """`whole` are words as they are written; `only` are all the abbreviations there are, if there are any here: those
    that are written small are so when large, too.
    """

    whole: frozenset[str]
    only: frozenset[str]

    def ends_a_sentence(self, word: str) -> bool:
        if self.only and LATIN.fullmatch(word):
            return self.only.isdisjoint((word, word.casefold()))
        return word in self.whole


def without_false_abbreviations(text: str, language: str) -> str:
    """Returns a text as long as the one given, in which whole words before a point are others that nothing abbreviates.

    It is for finding where sentences end: "It closed in May. Critics" becomes "It closed in ŋŋŋ. Critics".
    """
    words = _languages().get(language) or _languages()["others"]

    def masked(found: regex.Match[str]) -> str:
        word = found["word"]
        return MASK * len(word) if words.ends_a_sentence(word) else word

    shown: str = GERSHAYIM.sub("״", BEFORE_A_WORD.sub(masked, text))
    return shown


def ends_abbreviated(text: str, language: str) -> bool:
    """Tells whether a text ends with an abbreviation and its point that sentencex does not know."""
    words = _unknown().get(language, frozenset())
    last = text.split()[-1:] if words else []
    return bool(last) and last[0].endswith(".") and last[0].rstrip(".").lstrip("\"'“‘(") in words


@cache
def _unknown() -> Mapping[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in _tables()["also"].items()}


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_name("abbreviations.toml").read_text(encoding="utf-8"))


@cache
def _languages() -> Mapping[str, _Words]:
    tables = _tables()
    return {
        **{language: _Words(frozenset(words.split()), frozenset()) for language, words in tables["whole"].items()},
        **{language: _Words(frozenset(), frozenset(words.split())) for language, words in tables["only"].items()},
    }
