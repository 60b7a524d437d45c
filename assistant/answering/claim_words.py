"""`claim_words.toml` → the words of each language by which days and negations are told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.corpus.months import Form, forms_of


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """What a language calls itself, the days (1 to 7, Monday first), what makes opposites, how sentences begin."""

    name: str
    days: tuple[tuple[Form, ...], ...]
    negations: frozenset[str]
    denials: frozenset[str]
    common: frozenset[str]


NO_WORDS = ClaimWords("", (), frozenset(), frozenset(), frozenset())


def words_of(language: str) -> ClaimWords:
    """Returns the language's words, or none at all."""
    return _tables().get(language, NO_WORDS)


def english_name(language: str) -> str:
    """Returns what English calls a language, else its code in words that a model understands."""
    return words_of(language).name or f"the language with the ISO 639 code {language}"


@cache
def _tables() -> Mapping[str, ClaimWords]:
    tables = tomllib.loads(Path(__file__).with_name("claim_words.toml").read_text(encoding="utf-8"))
    return {
        language: ClaimWords(
            table["name"],
            forms_of(table.get("days", "")),
            frozenset(table.get("not", "").casefold().split()),
            frozenset(table.get("denies", "").casefold().split()),
            frozenset(table.get("common", "").casefold().split()),
        )
        for language, table in tables.items()
    }
