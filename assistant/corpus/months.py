"""`months.toml` → the names of the months in each language, and the forms they have in running text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Forms = tuple[tuple["Form", ...], ...]
"""The forms of each month or day, the first one first."""


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a word; `open` ones take any ending, `beside_number` ones count only there."""

    text: str
    open: bool
    beside_number: bool

    @property
    def is_pair(self) -> bool:
        """Whether it is two words."""
        return " " in self.text

    def matches(self, words: str, exactly: bool) -> bool:
        """Tells whether these words, single spaces between, are this form; `exactly` also minds capitals."""
        form = self.text if exactly else self.text.casefold()
        said = words if exactly else words.casefold()
        return said.startswith(form) if self.open else said == form


def months_of(language: str) -> Forms:
    """Returns the forms of a language's twelve months, or none. `language` is an ISO 639 code."""
    return _languages().get(language, ())


def month_names() -> Iterator[tuple[int, str]]:
    """Yields every form of every language, with its month's number from 1 on."""
    for months in _languages().values():
        for number, forms in enumerate(months, 1):
            yield from ((number, form.text) for form in forms)


def forms_of(groups: str) -> Forms:
    """Returns the forms that a table writes: groups with spaces between, `|` between forms, `*`, `+` and `_` as told
    there.
    """
    return tuple(
        tuple(
            Form(form.rstrip("*+").replace("_", " "), form.endswith("*"), form.endswith("+"))
            for form in group.split("|")
        )
        for group in groups.split()
    )


@cache
def _languages() -> Mapping[str, Forms]:
    languages = tomllib.loads(Path(__file__).with_name("months.toml").read_text(encoding="utf-8"))
    return {language: forms_of(groups) for language, groups in languages.items()}
