"""Text → the numbers and dates it holds, written in whatever script and style.

A figure is the set of its readings, because "1.500" is fifteen hundred here and one and a half there: `1500`, `1.5`,
`month 12`, `day 5`. Two texts hold the same figure when they share a reading.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import regex

from assistant.answering.claim_words import ClaimWords, Form, words_of

Figure = frozenset[str]

WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’\-\u200c][\p{L}\p{M}]+)*")
_DATE = regex.compile(r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?![\d])")
_NUMBER = regex.compile(
    r"\d{1,3}(?:[.,'’٬،\u00a0\u202f ]\d{2,3})*(?:[.,'’٬،\u00a0\u202f ]\d{3})(?!\d)(?:[.,٫]\d+)?"
    r"|\d+(?:[.,٫]\d+)?"
)
_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2, "〇": 0}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_MONTH = regex.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,3})\s*月(?!曜)")
_HAN_NUMBER = regex.compile(r"[零〇一二两兩三四五六七八九十百千]{2,}")
_HAN_SINGLE = regex.compile(r"[二两兩三四五六七八九十百千]")
_UNSPACED = {"zh", "ja"}

# What stands between two words of one number: treinta y cinco, trinta e cinco, vingt et un, سی و پنج, خمسة وعشرون.
_JOINS = {"y", "e", "et", "و", "and"}
_JOINED = "و"
LONGEST_RUN = 12  # words of one number; what goes on is another
LONGEST_NUMERAL = 30  # Han digits


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str


def find_figures(text: str, language: str) -> list[Figure]:
    """Returns what a claim says in numbers and dates: everything a source must hold."""
    return [figure for figure, _ in _figures(plain_digits(text), language)]


def figures_said(text: str, language: str) -> set[str]:
    """Returns every reading of every number and date in a source, also of the parts that they are made of."""
    plain = plain_digits(text)
    said = {reading for figure, parts in _figures(plain, language) for reading in figure | parts}
    if language in _UNSPACED:
        said |= {_read_han(match.group()) for match in _HAN_SINGLE.finditer(plain)}
    return said


def plain_digits(text: str) -> str:
    """Returns the text, of the same length, with the digits of every script as 0 to 9."""
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() and character > "9" else character
        for character in text
    )


def _figures(text: str, language: str) -> Iterator[tuple[Figure, frozenset[str]]]:
    """Yields each figure, and the readings of its parts."""
    words = words_of(language)
    for date in _DATE.finditer(text):
        for part in regex.findall(r"\d+", date.group()):
            number = str(int(part))
            yield frozenset({number, f"month {number}"} if int(part) <= 12 else {number}), frozenset()
    text = _DATE.sub(lambda match: " " * len(match.group()), text)
    if language in _UNSPACED:
        yield from _han_figures(text, words)
        text = _HAN_MONTH.sub(lambda match: " " * len(match.group()), text)
    tokens = [_Token(match.start(), match.end(), match.group()) for match in WORD.finditer(text)]
    yield from _named(text, tokens, words.months, "month")
    if language not in _UNSPACED:
        yield from _named(text, tokens, words.days, "day")
    yield from _digits(text, words)
    yield from _spelled(tokens, words)


def _han_figures(text: str, words: ClaimWords) -> Iterator[tuple[Figure, frozenset[str]]]:
    for match in _HAN_MONTH.finditer(text):
        yield frozenset({f"month {_read_han(match[1])}"}), frozenset()
    for number, forms in enumerate(words.days, 1):
        if any(form.text in text for form in forms):
            yield frozenset({f"day {number}"}), frozenset()
    for match in _HAN_NUMBER.finditer(_HAN_MONTH.sub(" ", text)):
        if len(match.group()) > LONGEST_NUMERAL:
            continue
        value = _read_han(match.group())
        scale = words.scales.get(text[match.end() : match.end() + 1], 1)
        yield frozenset({str(int(value) * scale)}), frozenset({value})


def _read_han(numeral: str) -> str:
    if numeral.isdecimal():
        return str(int(numeral))
    if not any(character in _HAN_UNITS for character in numeral):
        return str(int("".join(str(_HAN_DIGITS[character]) for character in numeral)))
    total = digit = 0
    for character in numeral:
        if character in _HAN_UNITS:
            total += (digit or 1) * _HAN_UNITS[character]
            digit = 0
        else:
            digit = _HAN_DIGITS[character]
    return str(total + digit)


def _named(
    text: str, tokens: Sequence[_Token], groups: Sequence[Sequence[Form]], kind: str
) -> Iterator[tuple[Figure, frozenset[str]]]:
    for at, token in enumerate(tokens):
        pair = f"{token.text} {tokens[at + 1].text}" if at + 1 < len(tokens) else ""
        numbered = _beside_number(text, token)
        for number, forms in enumerate(groups, 1):
            if any(
                form.matches(pair if " " in form.text else token.text, exactly=kind == "month" and not numbered)
                for form in forms
                if numbered or not form.beside_number
            ):
                yield frozenset({f"{kind} {number}"}), frozenset()
                break


def _beside_number(text: str, token: _Token) -> bool:
    before, after = text[max(0, token.start - 8) : token.start], text[token.end : token.end + 8]
    return bool(regex.search(r"\d\S{0,2}\s*(?:de|of)?\s*$", before) or regex.match(r"\S?\s*(?:de\s+)?\d", after))


def _digits(text: str, words: ClaimWords) -> Iterator[tuple[Figure, frozenset[str]]]:
    for match in _NUMBER.finditer(text):
        readings = _readings(match.group())
        scale = _scale_at(text[match.end() : match.end() + 40], words)
        scaled = {_canonical(Decimal(reading) * scale) for reading in readings}
        yield frozenset(scaled), frozenset(readings)


def _readings(written: str) -> set[str]:
    marks = regex.sub(r"\d", "", written)
    bare = regex.sub(r"\D", "", written)
    readings = set()
    if not marks:
        readings.add(bare)
    elif len(set(marks)) > 1:  # the last one is the decimal point
        whole, _, decimals = written.rpartition(marks[-1])
        readings.add(regex.sub(r"\D", "", whole) + "." + decimals)
    else:
        groups = regex.split(r"\D", written)
        if all(len(group) in {2, 3} for group in groups[1:]) and len(groups[-1]) == 3:
            readings.add(bare)
        if len(groups) == 2 and marks in ".,٫":
            readings.add(".".join(groups))
    return {_canonical(Decimal(reading)) for reading in readings or {bare}}


def _canonical(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _scale_at(after: str, words: ClaimWords) -> int:
    scale = 1
    for _ in range(2):
        match = regex.match(r"[\s\u00a0-]*([\p{L}\p{M}]+)", after)
        if match is None:
            break
        word = match[1].casefold()
        value = words.scales.get(word) or words.scales.get(word[:1] if word[:1] in "万萬亿億" else "")
        if value is None:
            break
        scale *= value
        after = after[match.end() :] if word in words.scales else after[match.start(1) + 1 :]
    return scale


def _spelled(tokens: Sequence[_Token], words: ClaimWords) -> Iterator[tuple[Figure, frozenset[str]]]:
    """Yields numbers in words; neighbouring words make one number, also with an "and" between them."""
    run: list[int] = []
    for token in [*tokens, _Token(0, 0, "")]:
        values = _values(token.text, words, bool(run))
        if values and len(run) < LONGEST_RUN:
            run += values
        elif run and token.text.casefold() not in _JOINS:
            yield frozenset({str(_combined(run))}), frozenset()
            run = values


def _values(word: str, words: ClaimWords, within: bool) -> list[int]:
    folded = word.casefold()
    if within and folded.startswith(_JOINED):
        folded = folded.removeprefix(_JOINED)
    parts = list(_parted(folded, words))
    within = within or len(parts) > 1
    values = [words.numbers.get(part) or (words.scales.get(part) if within else None) for part in parts]
    return [value for value in values if value] if all(values) else []


def _parted(word: str, words: ClaimWords) -> Iterator[str]:
    """Yields the parts of a number with hyphens, the longest that are numbers: quatre-vingt, dix."""
    parts = word.split("-")
    while parts:
        known = (size for size in range(len(parts), 0, -1) if "-".join(parts[:size]) in words.numbers)
        size = next(known, 1)
        yield "-".join(parts[:size])
        parts = parts[size:]


def _combined(values: Sequence[int]) -> int:
    total = current = 0
    for value in values:
        if value >= 100:
            current = max(current, 1) * value
            if value >= 1000:
                total, current = total + current, 0
        else:
            current += value
    return total + current
