"""Question, evidence → the names and figures of the question that none of the cited articles holds."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from assistant.answering.figures import figures_said, locate_figures
from assistant.answering.gathering import Evidence
from assistant.answering.names import find_capitals, missing_names
from assistant.types import Article

MOST_READ = 20_000  # characters of an article; a longer one is taken to hold whatever is asked

_DIGIT = regex.compile(r"\p{N}")
_PARTS = regex.compile(r"(?<=[?!…؟;？！])[\s–—-]+")
FEWEST_DIGITS = 2  # a shorter figure counts things of the question's own: the 3 ministers


def find_missing(question: str, language: str, evidence: Sequence[Evidence]) -> list[str]:
    """Returns the words of a question about which the answer says nothing, in their order in the question.

    Figures are looked for in articles of every language. Names only where question and articles share a language:
    across languages many are translated rather than written by their sound (Germany, ألمانيا), and a wrong "nothing
    was found about Germany" is worse than none.
    """
    articles = list({piece.article.id: piece.article for piece in evidence}.values())
    if any(len(article.text) > MOST_READ for article in articles):
        return []
    lacking = _missing_figures(question, language, articles)
    if all(article.language == language for article in articles):
        lacking += _missing_names(question, language, articles)
    return sorted(dict.fromkeys(lacking), key=question.find)


def _missing_figures(question: str, language: str, articles: Sequence[Article]) -> list[str]:
    """Returns the figures written in digits that no article holds in any script or style: 1,000 is ١٬٠٠٠."""
    asked = [
        (question[span.start : span.end], figure)
        for span, figure in locate_figures(question, language)
        if figure and _digits(question[span.start : span.end]) >= FEWEST_DIGITS
    ]
    if not asked:
        return []
    said = {reading for article in articles for reading in figures_said(article.text, article.language)}
    return [written for written, figure in asked if not figure & said]


def _digits(written: str) -> int:
    return len(_DIGIT.findall(written))


def _missing_names(question: str, language: str, articles: Sequence[Article]) -> list[str]:
    parts = _PARTS.split(question)  # "why? – Where does it rain?": each begins with a capital that tells no name
    sure = {name for part in parts for name, may_be_word in find_capitals(part, language).items() if not may_be_word}
    if not sure:
        return []
    sources = [(article.text, article.language) for article in articles]
    return [name for name in missing_names(question, language, sources, (), _unlike) if name in sure]


def _unlike(_: str, __: str) -> float:
    return 0.0  # within a language a name's letters tell enough
