"""An archive → what the assistant found and answered for each of its questions, by asking it as anybody would.

No language is told to the assistant, neither an article's nor a question's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.evaluation.datasets import Archive, ArchiveQuestion
from assistant.evaluation.writing import write_seeds
from assistant.types import Answer, Article, Hit, Progress

SEARCHED_HITS = 10

ProgressListener = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of one question.

    `rank` is the right article's among the articles of the first ten passages, from 1; `evidence` the number of the
    first citation that covers the beginning of the answer. `abstained` and `confidence` are None when no answer was
    asked for; `search_seconds` is None for a question without an answer, for which there is nothing to find.
    """

    question: ArchiveQuestion
    rank: int | None = None
    abstained: bool | None = None
    confidence: float | None = None
    evidence: int | None = None
    search_seconds: float | None = None
    answer_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that was seen. `failed` maps each article that could not be indexed to the reason."""

    archive: Archive
    observations: tuple[Observation, ...]
    failed: Mapping[str, str]
    settings: Mapping[str, Any]
    indexing_seconds: float


def evaluate(
    archive: Archive,
    home: Path,
    *,
    limit: int | None = None,
    answers: bool = True,
    llm: str = "none",
    progress: ProgressListener | None = None,
) -> Evaluation:
    """Indexes the archive in `home` and asks its questions, at most `limit`; without `answers` it only searches.

    `llm` is the setting of that name: no language model writes unless one is asked for, whatever runs on this machine.
    What `home` has indexed already is not embedded again. Raises `EvaluationError` when `home` holds other articles
    or cannot be written, and as `Assistant.open`, `Assistant.rebuild` and `Assistant.query`.
    """
    tell = progress or (lambda _: None)
    write_seeds(home, archive.articles)
    assistant = Assistant.open(home.absolute(), llm=llm)
    started = time.perf_counter()
    report = assistant.rebuild(progress=tell)
    indexing_seconds = time.perf_counter() - started
    assistant.load()  # or the first question would be charged with loading the model
    questions = archive.drawn(limit)
    observations = []
    for done, question in enumerate(questions):
        tell(Progress("asking", done, len(questions)))
        observations.append(_observe(assistant, question, answers))
    tell(Progress("asking", len(questions), len(questions)))
    return Evaluation(
        archive,
        tuple(observations),
        report.failed,
        assistant.settings.model_dump(mode="json"),
        indexing_seconds,
    )


def _observe(assistant: Assistant, question: ArchiveQuestion, answers: bool) -> Observation:
    rank = search_seconds = None
    if question.article is not None:
        started = time.perf_counter()
        hits = assistant.search(question.text, limit=SEARCHED_HITS, filters=question.filters)
        search_seconds = time.perf_counter() - started
        rank = rank_of(question.article, hits)
    if not answers:
        return Observation(question, rank, search_seconds=search_seconds)
    started = time.perf_counter()
    answer = assistant.query(question.text, filters=question.filters)
    return Observation(
        question,
        rank,
        answer.abstained,
        answer.confidence,
        evidence_of(question, answer),
        search_seconds,
        time.perf_counter() - started,
    )


def rank_of(name: str, hits: Sequence[Hit]) -> int | None:
    """Returns the article's place among the articles of the hits, from 1, however many passages each has there."""
    articles = {hit.article.id: hit.article for hit in hits}  # a dictionary keeps the order of first appearance
    return next((rank for rank, article in enumerate(articles.values(), 1) if _is_named(article, name)), None)


def evidence_of(question: ArchiveQuestion, answer: Answer) -> int | None:
    """Returns the position, from 1, of the first citation that covers the beginning of the question's answer."""
    if question.article is None or question.start is None:
        return None
    for position, citation in enumerate(answer.citations, 1):
        if _is_named(citation.article, question.article) and citation.start <= question.start < citation.end:
            return position
    return None


def _is_named(article: Article, name: str) -> bool:
    return name == article.path or name in article.copies
