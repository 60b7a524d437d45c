"""Question, what bears on it → whether the newest is asked for, and then what bears on it, the newest first."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

import regex

from assistant.answering.gathering import NEAR_ENOUGH
from assistant.corpus.words import UNSPACED
from assistant.types import Article

FILE = Path(__file__).parent / "lexicons" / "newest.toml"

DAY = len("2021-04-30")  # of a date that tells more, only the day counts


class _Dated(Protocol):
    @property
    def article(self) -> Article: ...

    @property
    def score(self) -> float: ...


Piece = TypeVar("Piece", bound=_Dated)


def asks_for_newest(question: str, language: str) -> bool:
    """Tells whether a question asks for the latest that is known."""
    asked = _asked(language)
    return bool(asked and asked.search(question.casefold()))


def newest_first(ranked: Sequence[Piece]) -> list[Piece]:
    """Returns what bears on the question nearly as well as the best does, the newest day first, undated last.

    `ranked` comes best first; what is as new keeps its order.
    """
    if not ranked:
        return []
    best = ranked[0].score
    bearing = [piece for piece in ranked if piece.score >= min(best, NEAR_ENOUGH * best)]
    return sorted(bearing, key=lambda piece: piece.article.date[:DAY], reverse=True)


@cache
def _asked(language: str) -> regex.Pattern[str] | None:
    phrases = _phrases().get(language)
    return regex.compile("|".join(map(_pattern, phrases))) if phrases else None


@cache
def _phrases() -> dict[str, list[str]]:
    with FILE.open("rb") as file:
        return dict(tomllib.load(file))


def _pattern(phrase: str) -> str:
    words: str = regex.escape(phrase.removesuffix("*").casefold(), literal_spaces=True)
    if UNSPACED.search(phrase):
        return words
    return rf"(?<![\p{{L}}\p{{M}}]){words}" + ("" if phrase.endswith("*") else r"(?![\p{L}\p{M}])")
