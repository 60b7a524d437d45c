"""Words and written numbers in reading order → the numbers they make, and where each stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction

import regex

from assistant.answering.numbers.adding import Part, Sum
from assistant.answering.numbers.lexicon import UNKNOWN, NumberWords
from assistant.answering.numbers.parts import Certainty, Parts, Piece
from assistant.answering.numbers.tokens import Token, roman

LONGEST_RUN = 16  # parts of one number; what goes on is another
COUNTED_WITHIN = 2  # words behind a number: one whole week

_PERCENT = regex.compile(r"[\s\u00a0]?[%٪％]")
_THOUSANDS = (1, 10**3, 10**6, 10**9)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that stands at `start` up to `end` of a text, and what it may mean; nothing if it cannot be read."""

    start: int
    end: int
    values: frozenset[Fraction]
    is_percent: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """A number up to a token, and how certain it is that its words are one."""

    end: int
    values: frozenset[Fraction]
    certainty: Certainty = "sure"


def read_numbers(text: str, tokens: Sequence[Token], words: NumberWords, *, lenient: bool) -> Iterator[Number]:
    """Yields the numbers of a text in reading order.

    `lenient`, for a source, also takes words that may be something else.
    """
    parts, at = Parts(text, tokens, words), 0
    while at < len(tokens):
        if not parts.may_begin(at):
            at += 1
            continue
        idiom = parts.size_of(at, words.idioms) or parts.size_of(at, words.percent)
        run = None if idiom else _run(parts, at)
        if run is not None and _counts(parts, at, run, lenient):
            yield Number(tokens[at].start, tokens[run.end - 1].end, run.values, _is_percent(parts, at, run.end))
            at = run.end
        else:
            at += idiom or 1


def _is_percent(parts: Parts, at: int, end: int) -> bool:
    """Tells whether "percent" stands behind a number, or, as in Turkish, before it."""
    if _PERCENT.match(parts.text, parts.tokens[end - 1].end):
        return True
    percent = parts.words.percent
    before = parts.adjacent(at) and parts.size_of(at - 1, percent) == 1
    return before or (parts.adjacent(end) and parts.size_of(end, percent) > 0)


def _counts(parts: Parts, at: int, run: _Run, lenient: bool) -> bool:
    """Tells whether what may be a number is one here."""
    if run.certainty == "sure" or (lenient and run.certainty in {"doubtful", "ordinal"}):
        return True
    if run.certainty in {"article", "ordinal"}:
        return False
    if parts.words.counted_first and at and parts.adjacent(at) and parts.is_counted(at - 1):
        return True
    if run.certainty == "doubtful" and parts.words.noun_capitals and parts.has_capital(run.end):
        return True
    for behind in range(run.end, run.end + COUNTED_WITHIN):
        if not parts.adjacent(behind) or parts.tokens[behind].values is not None:
            return False
        if parts.is_counted(behind):
            return True
        if parts.piece(behind, begun=False) is not None:
            return False
    return False


def _run(parts: Parts, at: int) -> _Run | None:
    token = parts.tokens[at]
    noun = parts.noun(at)
    if noun is not None:
        return _Run(at + noun[0], frozenset({noun[1]}))
    if token.values is not None:
        return _digits(parts, at, token.values)
    value = roman(parts.text[token.start : token.end])
    if value is not None:
        return _Run(at + 1, frozenset({Fraction(value)}), "doubtful")
    return _add_up(parts, at, None)


def _digits(parts: Parts, at: int, values: frozenset[Fraction]) -> _Run:
    runs = [run for value in values if (run := _add_up(parts, at, value))]
    if not runs:
        return _Run(at + 1, frozenset())
    end = max(run.end for run in runs)
    read = frozenset[Fraction]().union(*(run.values for run in runs if run.end == end))
    return _Run(end, read | _perhaps_scaled(parts, end, read) if end == at + 1 else read)


def _perhaps_scaled(parts: Parts, at: int, values: frozenset[Fraction]) -> frozenset[Fraction]:
    """Returns what digits may mean with the word behind them, which may be a scale."""
    if not parts.adjacent(at) or parts.tokens[at].values is not None:
        return frozenset()
    if parts.words is UNKNOWN:
        return frozenset(value * scale for value in values for scale in _THOUSANDS)
    scale = parts.words.perhaps.get(parts.tokens[at].word)
    return frozenset(value * scale for value in values) if scale else frozenset()


def _add_up(parts: Parts, at: int, digits: Fraction | None) -> _Run | None:
    """Returns the number that begins at a token, as far as it goes; `digits` are what that token means."""
    number, end, behind = Sum(parts.words), at, at
    certainties: list[Certainty] = []
    while behind < len(parts.tokens) and len(certainties) < LONGEST_RUN and (behind == at or parts.adjacent(behind)):
        piece = _piece(parts, behind, digits if behind == at else None, number)
        longer = None if piece is None else _extended(number, piece, joined=behind > end)
        if piece is None or longer is None:
            break
        number = longer
        certainties.append(piece.certainty)
        end = behind = behind + piece.size
        if parts.joins(end) and parts.piece(end, begun=True) is None:
            behind += 1
        elif number.is_fraction and parts.adjacent(end) and _is_one(parts, end) and parts.is_scale(end + 1):
            behind += 1  # half a million
    if number.value is None:
        return None
    return _Run(end, frozenset({number.value}), "sure" if "sure" in certainties else certainties[0])


def _is_one(parts: Parts, at: int) -> bool:
    return parts.size_of(at, parts.words.ones | parts.words.articles) == 1


def _extended(number: Sum, piece: Piece, *, joined: bool) -> Sum | None:
    longer = copy(number)
    return longer if all(longer.add(part, joined or with_and) for part, with_and in piece.parts) else None


def _piece(parts: Parts, at: int, digits: Fraction | None, number: Sum) -> Piece | None:
    values = parts.tokens[at].values
    if values is None:
        return parts.piece(at, begun=number.value is not None)
    if digits is None:  # behind a number only if a scale follows: 4 crore 20 lakh
        if number.value is None or len(values) != 1 or not parts.is_scale(at + 1):
            return None
        digits = next(iter(values))
    return Piece(1, ((Part("number", digits, in_digits=True), False),))
