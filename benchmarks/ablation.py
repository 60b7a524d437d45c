"""What each step of the search is worth: archives searched with all of them, without one at a time, and without any.

    python -m benchmarks.ablation [DIR ...] [--limit N]

asks every question that an article of its archive answers, and prints how often that article came first (R@1) or among
the first five (R@5): the mean over the languages that questions are asked in, and the worst of them, apart for
questions in the article's language and in another. An archive is embedded once for each model that its steps make.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import get_args

from assistant import Assistant
from assistant.retrieval.embedding import open_embedder
from assistant.retrieval.rebuilding import model_fingerprint
from assistant.types import Hit, RetrievalStep
from benchmarks.archives import Archive, Question, invent_archive, read_archive, write_home

INVENTED_ARTICLES = 200
STEPS: tuple[RetrievalStep, ...] = get_args(RetrievalStep)

COLUMNS = ("left out", "R@1 same", "worst", "R@1 cross", "worst", "R@5 same", "R@5 cross", "a search, ms")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: the place of the right article among the hits, from 0, if it is there."""

    language: str  # the question's
    same: bool  # whether the article is in the question's language
    place: int | None
    seconds: float


def main() -> None:
    """Measures, and prints a table for each archive."""
    parser = argparse.ArgumentParser(description="Measures what each step of the search is worth.")
    parser.add_argument("archives", type=Path, nargs="*", metavar="DIR", help="articles.jsonl and questions.jsonl")
    parser.add_argument("--limit", type=int, metavar="N", help="ask N questions, evenly drawn; else all")
    arguments = parser.parse_args()
    archives = [read_archive(folder) for folder in arguments.archives] or [invent_archive(INVENTED_ARTICLES)]
    for archive in archives:
        questions = _drawn(archive.answerable(), arguments.limit)
        if not questions:
            raise SystemExit(f"{archive.name} has no question that an article answers.")
        print(f"\n{archive.name}: {len(archive.articles):,} articles, {len(questions):,} questions\n")
        print(_line(COLUMNS))
        print(_line(["---", *["---:"] * (len(COLUMNS) - 1)]))
        with tempfile.TemporaryDirectory(prefix="ablation-") as folder:
            for name, skipped in _variants():
                outcomes = observe(archive, questions, Path(folder), skipped)
                print(_line([name, *_figures(outcomes)]), flush=True)


def observe(
    archive: Archive, questions: Sequence[Question], folder: Path, skipped: Collection[RetrievalStep]
) -> list[Outcome]:
    """Asks the questions without the skipped steps, in a home in `folder` that others with the same vectors share."""
    fingerprint = model_fingerprint(open_embedder("bundled"), skipped)
    home = folder / hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
    write_home(home, () if home.exists() else archive.articles)
    assistant = Assistant.open(home, embedding_model="bundled", skip_steps=frozenset(skipped))
    if not assistant.is_built():
        print(f"embedding {archive.name}", file=sys.stderr, flush=True)
        assistant.rebuild()
    assistant.load()
    languages = {article.article: article.language for article in archive.articles}
    return [_observe(assistant, question, languages[question.article or ""]) for question in questions]


def _variants() -> Iterator[tuple[str, frozenset[RetrievalStep]]]:
    yield "nothing", frozenset()
    for step in STEPS:
        yield step, frozenset({step})
    yield "all: vectors alone", frozenset(STEPS)


def _drawn(questions: Sequence[Question], limit: int | None) -> Sequence[Question]:
    count = len(questions) if limit is None else min(limit, len(questions))
    return [questions[number * len(questions) // count] for number in range(count)]


def _observe(assistant: Assistant, question: Question, language: str) -> Outcome:
    started = time.perf_counter()
    hits = assistant.search(question.text)
    seconds = time.perf_counter() - started
    places = (place for place, hit in enumerate(hits) if question.article in _paths(hit))
    return Outcome(question.language, question.language == language, next(places, None), seconds)


def _paths(hit: Hit) -> set[str]:
    # Not what is alike: an article that shares another's place was not shown first.
    return {hit.article.path, *hit.article.copies}


def _figures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    same, cross = ([one for one in outcomes if one.same == it] for it in (True, False))
    for kind in (same, cross):
        shares = _shares(kind, 1)
        worst = min(shares, key=lambda language: (shares[language], language), default="")
        yield _mean(shares)
        yield f"{shares[worst]:.3f} {worst}" if worst else "–"
    for kind in (same, cross):
        yield _mean(_shares(kind, 5))
    yield f"{1e3 * median(one.seconds for one in outcomes):.0f}"


def _shares(outcomes: Sequence[Outcome], first: int) -> dict[str, float]:
    """Returns, for each language that questions were asked in, how often the right article was among the first."""
    return {
        language: fmean(one.place is not None and one.place < first for one in outcomes if one.language == language)
        for language in sorted({one.language for one in outcomes})
    }


def _mean(shares: dict[str, float]) -> str:
    return f"{fmean(shares.values()):.3f}" if shares else "–"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
