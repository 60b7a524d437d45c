"""Hits → Evidence: the sentences that bear the answer, best first, and how sure it is that there is one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from assistant.types import Article, Hit

# A sentence counts twice its passage: alone it is too short to tell subjects apart, and a passage does not tell its
# sentences apart (the answer's sentence first: 56 %, against 46 % by sentence alone; Arabic articles, four languages).
SENTENCE_SHARE = 2 / 3

# Further sentences must come this near to the best one, or they are about something else.
NEAR_ENOUGH = 0.8

# Logistic regression of "the articles hold the answer" on the best evidence's score and the size of the archive, over
# 3,256 questions in four languages on archives of 4, 20 and 190 articles, every size and verdict weighing the same
# (benchmarks/calibration.py). The nearest of many unrelated passages is nearer than the nearest of few: `SIZE_SHARE`
# times the expected maximum of as many standard normal draws is what an archive's size alone adds to a score.
CONFIDENCE_SLOPE = 1.10
CONFIDENCE_MIDDLE = 1.47
SIZE_SHARE = 1.42


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that bears on the question; `score` has the unit of `Hit.score`."""

    article: Article
    start: int
    end: int
    score: float


def gather(hits: Sequence[Hit], limit: int) -> list[Evidence]:
    """Returns the at most `limit` sentences that bear the answer, best first; equal words are taken once."""
    sentences = [
        Evidence(hit.article, span.start, span.end, SENTENCE_SHARE * span.score + (1 - SENTENCE_SHARE) * hit.score)
        for hit in hits
        for span in hit.sentences
    ]
    sentences.sort(key=lambda evidence: (-evidence.score, evidence.article.path, evidence.start))
    chosen: dict[str, Evidence] = {}
    for evidence in sentences:
        if evidence.score < NEAR_ENOUGH * sentences[0].score or len(chosen) == limit:
            break
        words = evidence.article.text[evidence.start : evidence.end]
        chosen.setdefault(words, evidence)
    return list(chosen.values())


def confidence(evidence: Sequence[Evidence], searched: int) -> float:
    """Returns how likely it is, 0 to 1, that articles of `searched` passages with this evidence hold an answer."""
    if not evidence:
        return 0.0
    surprise = evidence[0].score - SIZE_SHARE * expected_maximum(searched)
    return 1 / (1 + math.exp(-CONFIDENCE_SLOPE * (surprise - CONFIDENCE_MIDDLE)))


def expected_maximum(draws: int) -> float:
    """Returns how large the largest of so many standard normal draws is on average (Blom's approximation, 1958)."""
    return NormalDist().inv_cdf((draws - 0.375) / (draws + 0.25))
