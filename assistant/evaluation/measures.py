"""Ranks, confidences and verdicts → numbers. Pure functions; None is what could not be measured, for want of questions.

Recall and reciprocal rank are those of Manning, Raghavan and Schütze, "Introduction to Information Retrieval" (2008),
chapter 8, where each question has one right article.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import numpy as np


def share(verdicts: Sequence[bool]) -> float | None:
    """Returns how many of the verdicts are true, 0 to 1."""
    return statistics.fmean(verdicts) if verdicts else None


def recall_at(ranks: Sequence[int | None], first: int) -> float | None:
    """Returns the share of questions whose right article is among the `first` ones.

    A rank counts from 1; None is an article that was not found. `recall_at([1, 3, None], 1)` is a third.
    """
    return share([rank is not None and rank <= first for rank in ranks])


def mean_reciprocal_rank(ranks: Sequence[int | None], within: int) -> float | None:
    """Returns the mean of 1/rank, in which an article that is not among the first `within` counts 0.

    The measure of the TREC-8 question answering track (Voorhees, 1999). `mean_reciprocal_rank([1, 4, None], 10)` is
    (1 + 1/4 + 0) / 3.
    """
    reciprocals = [1 / rank if rank is not None and rank <= within else 0.0 for rank in ranks]
    return statistics.fmean(reciprocals) if reciprocals else None


def area_under_curve(with_answer: Sequence[float], without: Sequence[float]) -> float | None:
    """Returns how likely a question with an answer gets a higher confidence than one without; a tie counts a half.

    That is the area under the receiver operating characteristic (Hanley and McNeil, 1982, "The Meaning and Use of the
    Area under a ROC Curve"). 0.5 is chance, 1 is never wrong.
    """
    if not with_answer or not without:
        return None
    ordered = np.sort(np.asarray(without, dtype=np.float64))
    below = np.searchsorted(ordered, with_answer, side="left")
    below_or_equal = np.searchsorted(ordered, with_answer, side="right")
    return float((below + below_or_equal).sum() / (2 * len(with_answer) * len(without)))
