"""Text → its numbers with their places and what each counts: eleven weeks, 42 million crowns, 12 percent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from assistant.answering.figures import Figure, find_figures, plain_digits
from assistant.answering.proving.lexicon import ClaimLexicon, WordList, folded, forms_of, lexicon_of

LONGEST_NUMBER = 9  # words
UNIT_WITHIN = 2  # words behind a number
PERCENT = "percent"  # the unit's name in the lexicons
TIME = {"second", "minute", "hour", "day", "week", "month", "year", "decade", "century"}

_PIECE = regex.compile(r"\d+(?:[.,'’٬٫/\u00a0\u202f-]\d+)*|[\p{L}\p{M}]+(?:['’\-\u200c][\p{L}\p{M}]+)*|[%٪％€$£₪₹₺]")
_HAN = regex.compile(
    r"\d{1,2}\s*月|星期[一二三四五六日天]|周[一二三四五六日]|[月火水木金土日]曜日|(?:\d+(?:[.,]\d+)*|[零〇一二三四五六七八九十百千两兩]+)[万萬亿億]*"
)
_HAN_DIGIT = {digit: value for value, digit in enumerate("零一二三四五六七八九十")} | {"两": 2, "兩": 2}
_BETWEEN = regex.compile(r"[\s多余餘個个]*")


@dataclass(frozen=True, slots=True)
class Counted:
    """A number or part of a date at a place of a text, and the unit it stands with, empty where it is not known."""

    start: int
    end: int
    figure: Figure
    unit: str = ""

    def agrees(self, other: Counted) -> bool:
        """Tells whether two numbers are the same, and count the same as far as that is known."""
        return bool(self.figure & other.figure) and (not self.unit or not other.unit or self.unit == other.unit)

    @property
    def dated(self) -> bool:
        """Whether this names a month or a day."""
        return any(" " in reading for reading in self.figure)


@lru_cache(maxsize=1_000)
def find_counted(text: str, language: str) -> tuple[Counted, ...]:
    """Returns the numbers and parts of dates in a text, in reading order."""
    lexicon = lexicon_of(language)
    plain = plain_digits(text)
    if lexicon.unspaced:
        return tuple(_unspaced(plain, lexicon))
    return tuple(_spaced(plain, language, lexicon))


def _spaced(text: str, language: str, lexicon: ClaimLexicon) -> Iterator[Counted]:
    pieces = [(match.start(), match.end()) for match in _PIECE.finditer(text)]
    words = [folded(text[start:end]) for start, end in pieces]
    at = 0
    while at < len(pieces):
        figures, last = _figures_at(text, pieces, at, language)
        if figures is None:
            dual = next(
                (
                    name
                    for name, unit in lexicon.units.items()
                    if name.endswith("2") and unit.has(forms_of(words[at], language))
                ),
                "",
            )
            if dual:
                yield Counted(*pieces[at], frozenset({"2"}), dual.rstrip("2"))
            elif lexicon.ones.has((words[at],)) and (unit := _unit(text, words, pieces, at, at, language, 1)):
                yield Counted(*pieces[at], frozenset({"1"}), unit)
            at += 1
            continue
        unit = _unit(text, words, pieces, at, last, language, UNIT_WITHIN)
        for figure in figures:
            yield Counted(pieces[at][0], pieces[last][1], figure, PERCENT if _is_share(figure) else unit)
        at = last + 1


def _is_share(figure: Figure) -> bool:
    return any(reading.startswith("part ") for reading in figure)


def _figures_at(
    text: str, pieces: Sequence[tuple[int, int]], at: int, language: str
) -> tuple[list[Figure] | None, int]:
    """Returns the numbers that begin with a piece, and with which piece they end; none where none begins there."""
    start, end = pieces[at]
    found = find_figures(text[start:end], language)
    if not found:
        return _month_beside_number(text, pieces, at, language), at
    last = at
    for further in range(at + 1, min(at + LONGEST_NUMBER, len(pieces))):
        longer = find_figures(text[start : pieces[further][1]], language)
        if len(longer) != len(found):
            break
        if longer != found:
            found, last = longer, further
        elif not _is_small(text[slice(*pieces[further])]):
            break
    return found, last


def _is_small(word: str) -> bool:
    return len(word) <= 3 and word.isalpha()  # an "and" within a number


def _month_beside_number(text: str, pieces: Sequence[tuple[int, int]], at: int, language: str) -> list[Figure] | None:
    beside = [place for place in (at - 1, at + 1) if 0 <= place < len(pieces)]
    if not any(text[pieces[place][0]].isdecimal() for place in beside):
        return None
    one = find_figures("1", language)
    found = [it for it in find_figures(f"1 {text[slice(*pieces[at])]} 1", language) if it not in one]
    return found if found and all(any(" " in reading for reading in it) for it in found) else None


def _unit(
    text: str,
    words: Sequence[str],
    pieces: Sequence[tuple[int, int]],
    first: int,
    last: int,
    language: str,
    within: int,
) -> str:
    lexicon = lexicon_of(language)
    behind = [*range(last + 1, min(last + 1 + within, len(words)))]
    if behind and pieces[behind[0]][0] - pieces[last][1] > 3:
        return ""
    before = [first - 1] if first else []
    for place in [*behind[:1], *before, *behind[1:]]:
        rest = folded(text[pieces[place][0] : pieces[place][0] + 30])
        name = _named(forms_of(words[place], language), rest, lexicon)
        if name and (place != first - 1 or name == PERCENT or not words[place].isalpha()):
            return name
        if place > last and words[place][0].isdecimal():
            break
    return ""


def _named(forms: tuple[str, ...], rest: str, lexicon: ClaimLexicon) -> str:
    forms = (*forms, *forms[0].split("'"))  # d'euros
    for name, unit in lexicon.units.items():
        if unit.has(forms) or any(rest.startswith(phrase) for phrase in unit.phrases):
            return name.rstrip("2")
    return ""


def _unspaced(text: str, lexicon: ClaimLexicon) -> Iterator[Counted]:
    for match in _HAN.finditer(text):
        written = match.group()
        further = _BETWEEN.match(text, match.end()).end()
        unit = _longest_unit(text[match.end() :][:6], lexicon) or _longest_unit(text[further:][:6], lexicon)
        figures = find_figures(written, lexicon.language)
        if not figures and written in _HAN_DIGIT and unit:
            figures = [frozenset({str(_HAN_DIGIT[written])})]
        for figure in figures:
            yield Counted(match.start(), match.end(), figure, unit)


def _longest_unit(after: str, lexicon: ClaimLexicon) -> str:
    def longest(unit: WordList) -> int:
        return max((len(word) for word in unit.exact if after.startswith(word)), default=0)

    best = max(lexicon.units, key=lambda name: longest(lexicon.units[name]), default="")
    return best if best and longest(lexicon.units[best]) else ""
