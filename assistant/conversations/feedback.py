"""Turns that readers judged, and the home's articles → an archive that `assistant evaluate` takes, and what to review.

A liked answer's first quote becomes the evidence that its question is known to have; a liked "nothing was found"
becomes a question without an answer. What was disliked, and what cannot be used, is listed for a person to look at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.conversations.records import KeptTurn
from assistant.errors import EvaluationError
from assistant.evaluation.datasets import ARTICLES_FILE, QUESTIONS_FILE, is_safe_name
from assistant.evaluation.writing import write_target
from assistant.types import Article

REVIEW_FILE = "review.jsonl"

DISLIKED = "a reader disliked the answer"
CHANGED = "the article of its first quote was changed or removed since"
UNQUOTED = "the answer quotes nothing"

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeedbackArchive:
    """The lines of the archive's files: `articles.jsonl`, `questions.jsonl`, and `review.jsonl`.

    `left_out` are the paths of articles that an archive cannot name; evaluate is not told of them.
    """

    articles: tuple[Line, ...]
    questions: tuple[Line, ...]
    review: tuple[Line, ...]
    left_out: tuple[str, ...] = ()


def archive_of(turns: Iterable[KeptTurn], articles: Sequence[Article]) -> FeedbackArchive:
    """Returns the archive of what readers judged (`Conversations.judged`), with all articles that are asked now.

    The same question with the same evidence comes once, however many liked it. Raises `ConversationError` when a turn
    cannot be read.
    """
    named = [article for article in articles if is_safe_name(article.path)]
    by_path = {path: article for article in named for path in (article.path, *article.copies)}
    questions: dict[str, Line] = {}
    review: list[Line] = []
    for turn in turns:
        line, problem = _read(turn, by_path)
        if problem:
            review.append(line | {"reason": problem})
        else:
            same = (line["question"], line.get("filters"), line.get("article"), line.get("start"))
            questions.setdefault(json.dumps(same, sort_keys=True), line)
    return FeedbackArchive(
        tuple({"article": it.path, "language": it.language, "text": it.text} for it in named),
        tuple(questions.values()),
        tuple(review),
        tuple(article.path for article in articles if not is_safe_name(article.path)),
    )


def indexed_articles(assistant: Assistant) -> list[Article]:
    """Returns every article that is asked now, with its text, by path; it needs as much memory as they are long.

    Raises `NoIndexError`, `IndexDamagedError` or `StorageError`.
    """
    found = (assistant.article(told.id) for told in assistant.articles())
    return [article for article in found if article is not None]  # a rebuild may take one away meanwhile


def write_archive(folder: Path, archive: FeedbackArchive) -> None:
    """Writes the archive's three files into a folder, replacing those of these names. Raises `EvaluationError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise EvaluationError(
            f"The folder {folder} cannot be made: {problem.strerror or problem}. Name another with: --export DIR"
        ) from None
    for name, lines in (
        (ARTICLES_FILE, archive.articles),
        (QUESTIONS_FILE, archive.questions),
        (REVIEW_FILE, archive.review),
    ):
        write_target(folder / name, "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines))


def _read(turn: KeptTurn, articles: Mapping[str, Article]) -> tuple[Line, str]:
    """Returns the line of a judged turn, and why it is one to review; an empty reason for one to evaluate with."""
    answer = turn.answer
    filters = turn.filters.to_dict()
    asked: Line = {
        "question": answer.alone,
        "language": answer.language,
        **({"filters": filters} if filters else {}),
    }
    judged: Line = {"verdict": turn.feedback.verdict, "note": turn.feedback.note, "asked": turn.asked.isoformat()}
    told: Line = {"said": answer.text, "citations": [citation.to_dict() for citation in answer.citations]}
    if turn.feedback.verdict == "dislike":
        return asked | judged | told, DISLIKED
    if answer.abstained:
        return asked | {"answerable": False} | judged | told, ""
    if not answer.citations:
        return asked | judged | told, UNQUOTED
    first = answer.citations[0]
    article = articles.get(first.article.path)
    if article is None or article.text[first.start : first.end] != first.quote:
        return asked | judged | told, CHANGED
    evidence = {
        "answerable": True,
        "article": article.path,
        "article_language": article.language,
        "answer": first.quote,
        "start": first.start,
        "end": first.end,
    }
    return asked | evidence | judged | told, ""
