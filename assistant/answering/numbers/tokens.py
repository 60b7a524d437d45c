"""Text → the words and written numbers in it, in reading order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import regex

from assistant.answering.numbers.lexicon import NumberWords, fold_number

WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’\-\u200c][\p{L}\p{M}]+)*")

# 1,250,000 and 1 250 000, 12,50,000 (India), 1.5; spaces and marks between groups of three, and of two before them.
_GROUP = r"[.,'’٬،\u00a0\u2009\u202f ]"
NUMBER = rf"\d{{1,3}}(?:{_GROUP}\d{{2,3}})*(?:{_GROUP}\d{{3}})(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,٫]\d+)?"
_VULGAR = "¼-¾⅐-⅞↉"
_NUMBERS = regex.compile(
    rf"(?:(?P<whole>\d+)\s?)?(?P<vulgar>[{_VULGAR}])"
    r"|(?<![\d/.,])(?P<over>\d{1,2})(?P<stroke>[/⁄])(?P<under>\d{1,3})(?![\d/.,]?\d|/)"
    rf"|(?P<number>{NUMBER})"
    r"|(?P<sign>[\p{No}\p{Nl}]+)"
)
# A square metre is no two.
_POWER = regex.compile(r"(?<=(?<!\p{L})\p{L}{1,2})[²³](?!\p{N})")
_ROMAN = regex.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_LETTERS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_SPLIT = regex.compile(r"[^\-\u200c]+")
LONGEST_NUMBER = 30  # digits; a longer one is nothing but itself


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, folded, or a written number with what it may mean (`values`: nothing if it cannot be read)."""

    start: int
    end: int
    word: str = ""
    values: frozenset[Fraction] | None = None


def tokens_of(text: str, words: NumberWords) -> list[Token]:
    """Returns the words and numbers of a text; digits must be 0 to 9 already."""
    found = [*_numbers(text), *(_unspaced(text, words) if words.unspaced else _words(text, words))]
    return sorted(found, key=lambda token: token.start)


def roman(written: str) -> int | None:
    """Returns the value of a Roman numeral of at least two capitals, or None."""
    if len(written) < 2 or not _ROMAN.fullmatch(written):
        return None
    values = [_ROMAN_LETTERS[letter] for letter in written]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def read_digits(written: str) -> frozenset[Fraction]:
    """Returns what a number with marks between its digits may mean: 1.500 is fifteen hundred, and one and a half."""
    marks = regex.sub(r"\d", "", written)
    bare = regex.sub(r"\D", "", written)
    if len(bare) > LONGEST_NUMBER:
        return frozenset()
    readings = set()
    if len(set(marks)) > 1:  # the last one is the decimal point
        whole, _, decimals = written.rpartition(marks[-1])
        readings.add(regex.sub(r"\D", "", whole) + "." + decimals)
    elif marks:
        groups = regex.split(r"\D", written)
        if all(len(group) in {2, 3} for group in groups[1:]) and len(groups[-1]) == 3:
            readings.add(bare)
        if len(groups) == 2 and marks in ".,٫":
            readings.add(".".join(groups))
    return frozenset(map(Fraction, readings or {bare}))


def _numbers(text: str) -> Iterator[Token]:
    powers = {match.start() for match in _POWER.finditer(text)}
    for match in _NUMBERS.finditer(text):
        if match.start() in powers:
            continue
        values = _values(match)
        if values is None:  # 24/7 is two numbers
            yield Token(match.start("over"), match.end("over"), values=read_digits(match["over"]))
            yield Token(match.start("under"), match.end("under"), values=read_digits(match["under"]))
        else:
            yield Token(match.start(), match.end(), values=values)


def _values(match: regex.Match[str]) -> frozenset[Fraction] | None:
    if match["vulgar"]:
        return frozenset(
            whole + _fraction(match["vulgar"]) for whole in (read_digits(match["whole"]) if match["whole"] else {0})
        )
    if match["over"]:
        over, under = int(match["over"]), int(match["under"])
        is_fraction = match["stroke"] == "⁄" or under in {2, 3, 4, 5, 6, 8, 10}
        return frozenset({Fraction(over, under)}) if under and over < under and is_fraction else None
    return read_digits(match["number"]) if match["number"] else _read_signs(match["sign"])


def _fraction(sign: str) -> Fraction:
    over, _, under = unicodedata.normalize("NFKC", sign).partition("⁄")
    return Fraction(int(over), int(under))


def _read_signs(signs: str) -> frozenset[Fraction]:
    """Returns the value of numbers that are no digits (², ⑫, Ⅳ); those side by side are one number."""
    plain = unicodedata.normalize("NFKC", signs)
    value = roman(plain) if len(plain) > 1 else None
    if value is not None:
        return frozenset({Fraction(value)})
    numbers = [unicodedata.numeric(sign, None) for sign in signs]
    if len(numbers) == 1 and numbers[0] is not None:
        return frozenset({Fraction(numbers[0]).limit_denominator(1000)})
    if len(signs) <= LONGEST_NUMBER and all(number in range(10) for number in numbers):
        return frozenset({Fraction("".join(str(int(number or 0)) for number in numbers))})
    return frozenset()


def _words(text: str, words: NumberWords) -> Iterator[Token]:
    whole = any("'" in head for head in words.heads)  # Ukrainian writes an apostrophe within a word
    for match in WORD.finditer(text):
        for piece in _SPLIT.finditer(match.group()):
            start = match.start() + piece.start()
            folded = fold_number(piece.group())
            if whole or "'" not in folded:
                yield Token(start, start + len(piece.group()), folded)
                continue
            for part in regex.finditer(r"[^'’]+", piece.group()):
                yield Token(start + part.start(), start + part.end(), fold_number(part.group()))


def _unspaced(text: str, words: NumberWords) -> Iterator[Token]:
    for match in _vocabulary(words).finditer(text):
        yield Token(match.start(), match.end(), match.group())


@lru_cache(maxsize=8)
def _vocabulary(words: NumberWords) -> regex.Pattern[str]:
    known = words.heads | words.counted | words.percent | words.joins
    return regex.compile("|".join(map(regex.escape, sorted(known, key=len, reverse=True))))
