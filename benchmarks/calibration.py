"""Reproduces the constants of `assistant.answering.confidence` from archives with questions.

    python -m benchmarks.calibration ARCHIVE_DIR [ARCHIVE_DIR ...]

Questions whose answer is in the archive and questions whose answer is not are asked of 4, of 20 and of all its
articles. What comes out is a logistic regression of "the articles hold the answer" on the best evidence's score and on
what the archive's size alone adds to it, and how well the confidence made of it tells the two kinds apart.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant import Assistant
from assistant.answering.confidence import CONFIDENCE_MIDDLE, CONFIDENCE_SLOPE, SIZE_SHARE, expected_maximum
from assistant.answering.gathering import rank_sentences
from assistant.assistant import HITS_FOR_AN_ANSWER
from assistant.corpus.languages import detect_language
from assistant.evaluation.measures import area_under_curve
from assistant.retrieval.embedding import open_embedder
from assistant.retrieval.searching import Searcher
from assistant.retrieval.store import Store
from benchmarks.archives import Archive, Question, read_archive, write_home

SIZES = (4, 20, None)  # articles; None is all of them
MOST_QUESTIONS = 1_200  # of either kind, for each archive and size
THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.5)


@dataclass(frozen=True, slots=True)
class Observation:
    """One question asked of one archive: its best evidence among `searched` passages, and whether it has an answer."""

    size: str
    answerable: bool
    score: float
    searched: int


@dataclass(frozen=True, slots=True)
class Constants:
    """The constants of a confidence."""

    slope: float
    middle: float
    size_share: float

    def confidence(self, observations: Sequence[Observation]) -> NDArray[np.float64]:
        """Returns the confidence of each observation, as `assistant.answering.confidence` makes it."""
        scores, maxima = np.array([(one.score, expected_maximum(one.searched)) for one in observations]).T
        surprise = scores - self.size_share * maxima
        confidence: NDArray[np.float64] = 1 / (1 + np.exp(-self.slope * (surprise - self.middle)))
        return confidence


def main() -> None:
    """Observes, fits and prints."""
    parser = argparse.ArgumentParser(description="Reproduces the constants that the confidence is made of.")
    parser.add_argument("archives", type=Path, nargs="+", metavar="ARCHIVE_DIR")
    archives = [read_archive(folder) for folder in parser.parse_args().archives]
    observations = [one for archive in archives for size in SIZES for one in observe(archive, size)]
    fitted = fit(observations)
    print(f"{len(observations):,} questions asked of {', '.join(archive.name for archive in archives)}")
    in_use = Constants(CONFIDENCE_SLOPE, CONFIDENCE_MIDDLE, SIZE_SHARE)
    for name, constants in (("fitted", fitted), ("in use", in_use)):
        print(f"\n{name}: slope {constants.slope:.2f}, middle {constants.middle:.2f}, share {constants.size_share:.2f}")
        print(_report(observations, constants))


def observe(archive: Archive, size: int | None) -> list[Observation]:
    """Asks questions of both kinds of `size` of the archive's articles."""
    articles = archive.articles if size is None else random.Random(size).sample(archive.articles, size)
    kept = {article.article for article in articles}
    kinds = {
        answerable: _drawn([question for question in archive.questions if (question.article in kept) == answerable])
        for answerable in (True, False)
    }
    name = "all" if size is None else str(size)
    print(f"{archive.name}, {name} articles: {[len(questions) for questions in kinds.values()]}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="calibration-") as folder:
        write_home(Path(folder), articles)
        assistant = Assistant.open(folder, llm="none")
        assistant.rebuild()
        searcher = Searcher(Store(assistant.home.index), open_embedder("bundled"))
        return [
            _observe(searcher, question, name, answerable)
            for answerable, questions in kinds.items()
            for question in questions
        ]


def fit(observations: Sequence[Observation]) -> Constants:
    """Returns the constants under which the observations are likeliest; every size and verdict weighs the same."""
    counts = Counter((one.size, one.answerable) for one in observations)
    weights = np.array([1 / counts[one.size, one.answerable] for one in observations])
    inputs = np.array([(one.score, expected_maximum(one.searched), 1.0) for one in observations])
    score, maximum, constant = _logistic_regression(inputs, np.array([one.answerable for one in observations]), weights)
    return Constants(score, -constant / score, -maximum / score)


def _drawn(questions: list[Question]) -> list[Question]:
    return random.Random(len(questions)).sample(questions, min(MOST_QUESTIONS, len(questions)))


def _observe(searcher: Searcher, question: Question, size: str, answerable: bool) -> Observation:
    findings = searcher.search(question.text, detect_language(question.text), HITS_FOR_AN_ANSWER)
    ranked = rank_sentences(findings.hits)
    return Observation(size, answerable, ranked[0].score if ranked else 0.0, findings.searched)


def _logistic_regression(
    inputs: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64]
) -> list[float]:
    coefficients = np.zeros(inputs.shape[1])
    for _ in range(100):  # Newton's method; about eight steps are enough
        likely = 1 / (1 + np.exp(-inputs @ coefficients))
        slope = inputs.T @ (weights * (labels - likely))
        curvature = (inputs * (weights * likely * (1 - likely))[:, None]).T @ inputs
        step = np.linalg.solve(curvature, slope)
        coefficients += step
        if np.abs(step).max() < 1e-9:
            break
    return [float(coefficient) for coefficient in coefficients]


def _report(observations: Sequence[Observation], constants: Constants) -> str:
    marks = "".join(f"{f'< {threshold:g}':>16}" for threshold in THRESHOLDS)
    lines = [
        "answered without an answer | refused with one, when abstaining below",
        f"{'articles':10}{'AUROC':>7}{marks}",
    ]
    for size in dict.fromkeys(one.size for one in observations):
        of_size = [one for one in observations if one.size == size]
        confidence = constants.confidence(of_size)
        answerable = np.array([one.answerable for one in of_size])
        with_answer, without = confidence[answerable], confidence[~answerable]
        shares = "".join(f"{(without >= it).mean():>9.1%} |{(with_answer < it).mean():>5.1%}" for it in THRESHOLDS)
        area = area_under_curve(with_answer.tolist(), without.tolist())
        lines.append(f"{size:10}{'–' if area is None else f'{area:.3f}':>7}{shares}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
