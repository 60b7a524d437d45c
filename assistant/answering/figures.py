"""Text → the numbers and dates it holds, written in whatever script and style.

A figure is the set of its readings, because "1.500" is fifteen hundred here and one and a half there: `1500`, `1.5`,
`2/3`, `month 12`, `day 5`, `part 0.5` (of a whole: half, 50 %). Two texts hold the same figure when they share a
reading. A figure that nobody can read has none, so that no text holds it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import Literal

import regex

from assistant.answering.claim_words import words_of
from assistant.answering.numbers.han import read_han, value_of
from assistant.answering.numbers.lexicon import number_words
from assistant.answering.numbers.reading import Number, read_numbers
from assistant.answering.numbers.tokens import WORD, tokens_of
from assistant.corpus.months import Form, months_of
from assistant.types import Span

__all__ = ["WORD", "Figure", "figures_said", "find_figures", "locate_figures", "plain_digits"]

Figure = frozenset[str]
Kind = Literal["month", "day"]

_DATE = regex.compile(r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?![\d])")
_HAN_MONTH = regex.compile(r"(?<![\d一二三四五六七八九十])(\d{1,2}|[一二三四五六七八九十]{1,3})\s*[月월](?!曜)")
_UNSPACED = {"zh", "ja"}
_NUMBERED_MONTHS = {*_UNSPACED, "ko"}
_NUMBER_BEFORE = regex.compile(r"\d\S{0,2}\s*(?:de|of)?\s*$")
_NUMBER_BEHIND = regex.compile(r"\S?\s*(?:de\s+)?\d")
_START = 2  # letters by which a form is looked up
_BLANK = "\0"  # what was read already; nothing goes over it


def find_figures(text: str, language: str) -> list[Figure]:
    """Returns what a claim says in numbers and dates: everything a source must hold."""
    return [figure for _, figure in locate_figures(text, language)]


def figures_said(text: str, language: str) -> set[str]:
    """Returns every reading of every number and date in a source, also of words that may mean something else."""
    return {reading for _, figure in locate_figures(text, language, lenient=True) for reading in figure}


@lru_cache(maxsize=1024)  # a source is read for every claim that cites it
def locate_figures(text: str, language: str, *, lenient: bool = False) -> tuple[tuple[Span, Figure], ...]:
    """Returns each figure and where it stands, its scale included ("42 million"), in reading order.

    `lenient`, for a source, also takes words for numbers that may be something else (French "neuf": nine, new).
    `language` is an ISO 639 code; of a language without a file in `lexicons/numbers/` digits and signs are read.
    """
    plain = plain_digits(text)
    dates = list(_dates(plain))
    plain = _without(plain, dates)
    named = list(_names(plain, language))
    plain = _without(plain, named)
    words = number_words(language)
    han = list(read_han(plain, words)) if language in _UNSPACED else []
    plain = _without(plain, [(Span(number.start, number.end), frozenset()) for number in han])
    numbers = [*han, *read_numbers(plain, tokens_of(plain, words), words, lenient=lenient)]
    found = [*dates, *named, *((Span(number.start, number.end), _figure(number)) for number in numbers)]
    return tuple(sorted(found, key=lambda located: (located[0].start, located[0].end)))


def plain_digits(text: str) -> str:
    """Returns the text, of the same length, with the digits of every script as 0 to 9."""
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() and character > "9" else character
        for character in text
    )


def _figure(number: Number) -> Figure:
    readings = {_canonical(value) for value in number.values}
    if number.is_percent:
        readings |= {f"part {_canonical(value / 100)}" for value in number.values}
    else:
        readings |= {f"part {_canonical(value)}" for value in number.values if 0 < value < 1}
    return frozenset(readings)


def _canonical(value: Fraction) -> str:
    """Returns a number as everybody writes it: 1500, 0.5, and 2/3 where no decimals do."""
    twos_and_fives = value.denominator
    for prime in (2, 5):
        while twos_and_fives % prime == 0:
            twos_and_fives //= prime
    if twos_and_fives > 1:
        return str(value)
    whole, rest = divmod(abs(value.numerator) * 10**40 // value.denominator, 10**40)
    digits = f"{whole}.{rest:040}".rstrip("0").rstrip(".")
    return digits if value >= 0 else f"-{digits}"


def _without(text: str, found: Sequence[tuple[Span, Figure]]) -> str:
    for span, _ in found:
        text = text[: span.start] + _BLANK * (span.end - span.start) + text[span.end :]
    return text


def _dates(text: str) -> Iterator[tuple[Span, Figure]]:
    """Yields the parts of dates in digits; which of them is the month, nobody knows."""
    for date in _DATE.finditer(text):
        for part in regex.finditer(r"\d+", date.group()):
            number = str(int(part.group()))
            span = Span(date.start() + part.start(), date.start() + part.end())
            yield span, frozenset({number, f"month {number}"} if int(number) <= 12 else {number})


def _names(text: str, language: str) -> Iterator[tuple[Span, Figure]]:
    """Yields the months and days."""
    if language in _NUMBERED_MONTHS:
        for match in _HAN_MONTH.finditer(text):
            number = value_of(match[1]) if not match[1].isdecimal() else int(match[1])
            yield Span(*match.span()), frozenset({f"month {number}"})
    if language in _UNSPACED:
        yield from _unspaced_days(text, words_of(language).days)
        return
    matches = list(WORD.finditer(text))
    yield from _named(text, matches, "month", language)
    yield from _named(text, matches, "day", language)


def _unspaced_days(text: str, days: Sequence[Sequence[Form]]) -> Iterator[tuple[Span, Figure]]:
    for number, forms in enumerate(days, 1):
        for match in regex.finditer("|".join(regex.escape(form.text) for form in forms), text):
            yield Span(*match.span()), frozenset({f"day {number}"})


def _named(text: str, matches: Sequence[regex.Match[str]], kind: Kind, language: str) -> Iterator[tuple[Span, Figure]]:
    forms = _forms_by_start(kind, language)
    for at, match in enumerate(matches):
        candidates = forms.get(match.group()[:_START].casefold())
        if not candidates:
            continue
        pair = f"{match.group()} {matches[at + 1].group()}" if at + 1 < len(matches) else ""
        numbered = _beside_number(text, match)
        for number, form in candidates:
            exactly = kind == "month" and not numbered
            if (numbered or not form.beside_number) and form.matches(pair if form.is_pair else match.group(), exactly):
                end = matches[at + 1].end() if form.is_pair else match.end()
                yield Span(match.start(), end), frozenset({f"{kind} {number}"})
                break


@cache
def _forms_by_start(kind: Kind, language: str) -> Mapping[str, Sequence[tuple[int, Form]]]:
    found: dict[str, list[tuple[int, Form]]] = {}
    groups = months_of(language) if kind == "month" else words_of(language).days
    for number, forms in enumerate(groups, 1):
        for form in forms:
            found.setdefault(form.text[:_START].casefold(), []).append((number, form))
    return found


def _beside_number(text: str, word: regex.Match[str]) -> bool:
    return bool(
        _NUMBER_BEFORE.search(text[max(0, word.start() - 8) : word.start()])
        or _NUMBER_BEHIND.match(text[word.end() : word.end() + 8])
    )
