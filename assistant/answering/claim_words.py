"""`claim_words.toml` → the words of each language by which dates, numbers and negations are told."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a word; `open` ones take any ending, `beside_number` ones count only there."""

    text: str
    open: bool
    beside_number: bool

    def matches(self, words: str, exactly: bool) -> bool:
        """Tells whether these words, single spaces between, are this form; `exactly` also minds capitals."""
        form = self.text if exactly else self.text.casefold()
        said = words if exactly else words.casefold()
        return said.startswith(form) if self.open else said == form


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """What a language calls months (1 to 12), days (1 to 7, Monday first), numbers, and the opposite of a thing."""

    name: str
    months: tuple[tuple[Form, ...], ...]
    days: tuple[tuple[Form, ...], ...]
    numbers: Mapping[str, int]
    scales: Mapping[str, int]
    negations: frozenset[str]
    denials: frozenset[str]
    common: frozenset[str]


NO_WORDS = ClaimWords("", (), (), {}, {}, frozenset(), frozenset(), frozenset())


def words_of(language: str) -> ClaimWords:
    """Returns the language's words, or none at all."""
    return _tables().get(language, NO_WORDS)


def english_name(language: str) -> str:
    """Returns what English calls a language, else its code in words that a model understands."""
    return words_of(language).name or f"the language with the ISO 639 code {language}"


def _forms(groups: str) -> Iterator[tuple[Form, ...]]:
    for group in groups.split():
        yield tuple(
            Form(form.rstrip("*+").replace("_", " "), form.endswith("*"), form.endswith("+"))
            for form in group.split("|")
        )


def _values(pairs: str) -> dict[str, int]:
    return {word.casefold(): int(value) for word, _, value in (pair.partition("=") for pair in pairs.split())}


@cache
def _tables() -> Mapping[str, ClaimWords]:
    tables = tomllib.loads(Path(__file__).with_name("claim_words.toml").read_text(encoding="utf-8"))
    return {
        language: ClaimWords(
            table["name"],
            tuple(_forms(table.get("months", ""))),
            tuple(_forms(table.get("days", ""))),
            _values(table.get("numbers", "")),
            _values(table.get("scales", "")),
            frozenset(table.get("not", "").casefold().split()),
            frozenset(table.get("denies", "").casefold().split()),
            frozenset(table.get("common", "").casefold().split()),
        )
        for language, table in tables.items()
    }
