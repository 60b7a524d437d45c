"""The best evidence, the archive's size → how likely it is that the articles hold an answer, 0 to 1."""

from __future__ import annotations

import math
from statistics import NormalDist

# Logistic regression of "the articles hold the answer" on the best evidence's score and the size of the archive, over
# 3,256 questions in four languages on archives of 4, 20 and 190 articles, every size and verdict weighing the same
# (benchmarks/calibration.py). The nearest of many unrelated passages is nearer than the nearest of few: `SIZE_SHARE`
# times the expected maximum of as many standard normal draws is what an archive's size alone adds to a score.
CONFIDENCE_SLOPE = 1.17
CONFIDENCE_MIDDLE = 1.33  # the regression's 1.22, and a tenth because a false answer is worse than a refusal
SIZE_SHARE = 1.41


def confidence(score: float | None, searched: int) -> float:
    """Returns how likely articles of `searched` passages with a best evidence of this score hold an answer, 0 to 1.

    None is no evidence at all.
    """
    if score is None:
        return 0.0
    surprise = score - level(searched)
    return 1 / (1 + math.exp(-CONFIDENCE_SLOPE * (surprise - CONFIDENCE_MIDDLE)))


def level(searched: int) -> float:
    """Returns what the size of an archive of so many passages alone adds to the best score."""
    return SIZE_SHARE * expected_maximum(searched)


def expected_maximum(draws: int) -> float:
    """Returns how large the largest of so many standard normal draws is on average (Blom's approximation, 1958)."""
    return NormalDist().inv_cdf((max(draws, 1) - 0.375) / (max(draws, 1) + 0.25))
