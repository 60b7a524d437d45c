"""Evidence → Answer without a language model: exact quotes, each numbered; or the plain word that there is nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answering.frames import FALLBACK_LANGUAGE, Frames
from assistant.answering.gathering import Evidence
from assistant.types import Answer, Citation, Hit, Statement

NEAREST_PASSAGES = 3  # shown under an answer that abstains


def write_answer(
    question: str, language: str, confidence: float, evidence: Sequence[Evidence], frames: Frames
) -> Iterator[Answer]:
    """Yields the answer growing by a quote at a time; the last one is whole. Needs at least one piece of evidence."""
    citations: list[Citation] = []
    statements: list[Statement] = []
    for number, piece in enumerate(evidence, start=1):
        citation = Citation(number, piece.article, piece.start, piece.end, piece.score)
        citations.append(citation)
        quoted = frames.of(piece.article.language).quote.format(quote=citation.quote)
        statements.append(Statement(quoted, piece.article.language, (number,), "quote"))
        yield Answer(question, language, False, confidence, tuple(statements), tuple(citations))


def write_nothing(question: str, language: str, confidence: float, hits: Sequence[Hit], frames: Frames) -> Answer:
    """Returns the answer that the articles say nothing about it, with the nearest passages as such."""
    frame = frames.of(language)
    words = frame.nothing if hits else frame.no_articles
    spoken = language if language in frames.languages else FALLBACK_LANGUAGE
    return Answer(
        question,
        language,
        True,
        confidence,
        (Statement(words, spoken),),
        nearest=tuple(hits[:NEAREST_PASSAGES]),
        nearest_heading=frame.nearest if hits else "",
    )
