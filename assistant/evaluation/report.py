"""What was seen → a row of measures for each question language, a matrix of languages; as text and as plain JSON."""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.evaluation.measures import area_under_curve, mean_reciprocal_rank, recall_at, share
from assistant.evaluation.running import Evaluation, Observation

Observations = Sequence[Observation]
Scores = dict[str, float | None]

NOT_MEASURED = "–"


@dataclass(frozen=True, slots=True)
class Measure:
    """A column: its name for programs, its heading for people, how it is measured, and which end of it is worse."""

    name: str
    heading: str
    of: Callable[[Observations], float | None]
    worst: Callable[[Iterable[float]], float] = min


@dataclass(frozen=True, slots=True)
class Cell:
    """How often the right article came first, for questions in one language that articles in another answer."""

    recall: float
    questions: int


MEASURES = (
    Measure("recall_at_1", "R@1", lambda seen: recall_at(_ranks(seen), 1)),
    Measure("recall_at_1_same_language", "R@1 same", lambda seen: recall_at(_ranks(seen, same=True), 1)),
    Measure("recall_at_1_cross_language", "R@1 cross", lambda seen: recall_at(_ranks(seen, same=False), 1)),
    Measure("recall_at_5", "R@5", lambda seen: recall_at(_ranks(seen), 5)),
    Measure("mean_reciprocal_rank_at_10", "MRR@10", lambda seen: mean_reciprocal_rank(_ranks(seen), 10)),
    Measure("evidence_at_1", "evidence @1", lambda seen: recall_at(_evidence(seen), 1)),
    Measure("evidence_at_3", "evidence @3", lambda seen: recall_at(_evidence(seen), 3)),
    Measure("auroc", "AUROC", lambda seen: area_under_curve(_confidences(seen, True), _confidences(seen, False))),
    Measure(
        "answered_without_an_answer",
        "answered without an answer",
        lambda seen: share([not abstained for abstained in _abstentions(seen, False)]),
        max,
    ),
    Measure("refused_with_one", "refused with one", lambda seen: share(_abstentions(seen, True)), max),
)


def scores_by_language(evaluation: Evaluation) -> dict[str, Scores]:
    """Returns every measure for each question language, sorted."""
    seen = evaluation.observations
    return {
        language: {
            measure.name: measure.of([one for one in seen if one.question.language == language]) for measure in MEASURES
        }
        for language in sorted({one.question.language for one in seen})
    }


def mean_scores(rows: Iterable[Scores]) -> Scores:
    """Returns the mean of each measure over the languages, so that each counts the same."""
    return _across(rows, lambda _: statistics.fmean)


def worst_scores(rows: Iterable[Scores]) -> Scores:
    """Returns the worst of each measure over the languages."""
    return _across(rows, lambda measure: measure.worst)


def matrix_of(evaluation: Evaluation) -> dict[str, dict[str, Cell | None]]:
    """Returns a row for each question language, with a cell for each article language that answers any question."""
    ranks: dict[tuple[str, str], list[int | None]] = {}
    for one in evaluation.observations:
        if one.question.article_language is not None:
            ranks.setdefault((one.question.language, one.question.article_language), []).append(one.rank)
    columns = sorted({column for _, column in ranks})
    return {
        row: {column: _cell(ranks.get((row, column), [])) for column in columns}
        for row in sorted({row for row, _ in ranks})
    }


def evaluation_to_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Returns everything that was measured as plain JSON values; what was not measured is null."""
    seen, archive = evaluation.observations, evaluation.archive
    rows = scores_by_language(evaluation)
    languages = {
        language: {"questions": _counts([one for one in seen if one.question.language == language]), **_rounded(row)}
        for language, row in rows.items()
    }
    return {
        "archive": archive.name,
        "articles": len(archive.articles),
        "articles_not_indexed": dict(evaluation.failed),
        "questions": {**_counts(seen), "in_the_archive": len(archive.questions)},
        "languages": languages,
        "mean": _rounded(mean_scores(rows.values())),
        "worst": _rounded(worst_scores(rows.values())),
        "matrix": {
            row: {
                column: cell and {"recall_at_1": round(cell.recall, 4), "questions": cell.questions}
                for column, cell in cells.items()
            }
            for row, cells in matrix_of(evaluation).items()
        },
        "seconds": {
            "indexing": round(evaluation.indexing_seconds, 3),
            "search": _quantiles([one.search_seconds for one in seen]),
            "answer": _quantiles([one.answer_seconds for one in seen]),
        },
        "settings": {
            name: sorted(value) if isinstance(value, list) else value for name, value in evaluation.settings.items()
        },
    }


def evaluation_to_text(evaluation: Evaluation) -> str:
    """Returns the tables for a terminal."""
    scores = scores_by_language(evaluation)
    rows = [*scores.items(), ("mean", mean_scores(scores.values())), ("worst", worst_scores(scores.values()))]
    cells = [(label, [_number(row[measure.name]) for measure in MEASURES]) for label, row in rows]
    table = _table("question in", [measure.heading for measure in MEASURES], cells)
    return "\n\n".join(["\n".join(_summary(evaluation)), table, *_matrix_text(evaluation)])


def width_of(text: str) -> int:
    """Returns how many columns of a terminal a text takes; a Chinese character takes two, an accent none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _summary(evaluation: Evaluation) -> list[str]:
    seen, archive = evaluation.observations, evaluation.archive
    counts = _counts(seen)
    all_of_them = counted(len(archive.questions), "question")
    asked = all_of_them if len(seen) == len(archive.questions) else f"{len(seen):,} of {all_of_them}"
    search = _quantiles([one.search_seconds for one in seen])
    took = f"; a search takes {search['median'] * 1000:.0f} ms (median)" if search else ""
    lines = [
        f"{archive.name}: {counted(len(archive.articles), 'article')}, {asked}, {counts['answerable']:,} of "
        f"them with an answer; indexed in {evaluation.indexing_seconds:.1f} s{took}"
    ]
    lines += [f"{path} is not indexed: {reason}" for path, reason in evaluation.failed.items()]
    return lines


def counted(count: int, thing: str) -> str:
    """Returns a number of things in English, such as "1 article" or "2 articles"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _matrix_text(evaluation: Evaluation) -> list[str]:
    matrix = matrix_of(evaluation)
    if not matrix:
        return []
    rows = [(row, [_number(cell.recall if cell else None) for cell in cells.values()]) for row, cells in matrix.items()]
    columns = list(next(iter(matrix.values())))
    return ["R@1 by the language of the article:\n" + _table("question in", columns, rows)]


def _table(corner: str, headings: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    # A heading's words stand above one another, so that ten columns fit a terminal.
    words = [heading.split(" ") for heading in headings]
    height = max(map(len, words))
    stacked = [[""] * (height - len(column)) + column for column in words]
    widths = [max(6, *map(width_of, column)) for column in words]
    first = max(width_of(corner), *(width_of(label) for label, _ in rows))
    head = [[corner if line == height - 1 else "", *(column[line] for column in stacked)] for line in range(height)]
    lines = [*head, *([label, *cells] for label, cells in rows)]
    return "\n".join(
        (label + " " * (first - width_of(label)) + "".join(map(_to_the_right, cells, widths))).rstrip()
        for label, *cells in lines
    )


def _to_the_right(cell: str, width: int) -> str:
    return "  " + " " * (width - width_of(cell)) + cell


def _across(rows: Iterable[Scores], together: Callable[[Measure], Callable[[Iterable[float]], float]]) -> Scores:
    rows = list(rows)
    measured = {measure: [value for row in rows if (value := row[measure.name]) is not None] for measure in MEASURES}
    return {measure.name: together(measure)(values) if values else None for measure, values in measured.items()}


def _ranks(seen: Observations, *, same: bool | None = None) -> list[int | None]:
    return [
        one.rank
        for one in seen
        if one.question.article is not None
        and (same is None or same == (one.question.language == one.question.article_language))
    ]


def _evidence(seen: Observations) -> list[int | None]:
    return [one.evidence for one in seen if one.question.start is not None and one.abstained is not None]


def _confidences(seen: Observations, answerable: bool) -> list[float]:
    return [one.confidence for one in _of_kind(seen, answerable) if one.confidence is not None]


def _abstentions(seen: Observations, answerable: bool) -> list[bool]:
    return [one.abstained for one in _of_kind(seen, answerable) if one.abstained is not None]


def _of_kind(seen: Observations, answerable: bool) -> list[Observation]:
    return [one for one in seen if (one.question.article is not None) == answerable]


def _counts(seen: Observations) -> dict[str, int]:
    return {
        "asked": len(seen),
        "answerable": len(_of_kind(seen, True)),
        "unanswerable": len(_of_kind(seen, False)),
        "with_start": sum(one.question.start is not None for one in seen),
    }


def _cell(ranks: Sequence[int | None]) -> Cell | None:
    recall = recall_at(ranks, 1)
    return None if recall is None else Cell(recall, len(ranks))


def _quantiles(seconds: Iterable[float | None]) -> Mapping[str, float] | None:
    taken = sorted(one for one in seconds if one is not None)
    if not taken:
        return None
    return {"median": round(statistics.median(taken), 4), "percentile_95": round(taken[len(taken) * 95 // 100], 4)}


def _rounded(scores: Scores) -> Scores:
    return {name: None if value is None else round(value, 4) for name, value in scores.items()}


def _number(value: float | None) -> str:
    return NOT_MEASURED if value is None else f"{value:.3f}"
