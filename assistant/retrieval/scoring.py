"""What every channel found of a passage → one score, in standard deviations above unrelated text.

A channel counts for as much as it is to be believed. Vectors and late interaction compare meanings and are added up;
words can only match in the question's own language, so they never lift that language above another: they take from
passages that say less of the question than the best-worded one in the same language. Names match across scripts and
add, the more of the question's names are met the more.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from assistant.retrieval.language_space import TRANSLATION_GAIN, LanguageSpace
from assistant.retrieval.late_interaction import Interaction
from assistant.retrieval.lexical import Coverage
from assistant.types import RetrievalStep

# How much a cosine of passage and sentence vectors counts beside one of late interaction: .25 to 1 were within a point.
VECTOR_SHARE = 0.75

# What a passage loses, as a cosine, that says none of the question's words while another in its language says all.
WORDS_SHARE = 0.3

# What a passage gains, as a cosine, that says all of the question's names. Squared, a part of them counts little.
NAMES_SHARE = 0.1


# What it gains when all names that no passage says are heard in it; .1 was worth half a point of R@1, .2 nothing.
HEARD_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Found:
    """What the channels found of a passage. Without tokens there is no interaction, without words no coverage."""

    vector: float  # the cosine of the question and the passage
    sentences: Sequence[float]  # and of each of its sentences
    same_language: bool  # whether it is in the question's language
    interaction: Interaction | None = None
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """A passage's score and those of its sentences, in one unit."""

    passage: float
    sentences: tuple[float, ...]


def score(found: Mapping[int, Found], space: LanguageSpace, skipped: Collection[RetrievalStep]) -> dict[int, Scores]:
    """Returns the scores of the passages that were found, by id."""
    unit = _unit(space, late="late_interaction" not in skipped)
    best_wording = max((one.coverage.words for one in found.values() if one.same_language and one.coverage), default=0)
    # Where languages are still in the vectors, there is no zero to multiply from.
    without_gain = "translation_gain" in skipped or not space.neutral
    scores = {}
    for identity, one in found.items():
        gain = 1.0 if one.same_language or without_gain else TRANSLATION_GAIN
        scale = gain / unit
        wording = _wording(one, best_wording, skipped) / unit
        passage = _passage(one, space, skipped) * scale + wording
        scores[identity] = Scores(passage, tuple(it * scale for it in _sentences(one, space, skipped)))
    return scores


def _passage(one: Found, space: LanguageSpace, skipped: Collection[RetrievalStep]) -> float:
    vector = one.vector
    if one.sentences and "sentences" not in skipped:
        # The mean of the passage and its best sentence beats either.
        vector = (vector + max(one.sentences)) / 2
    if "late_interaction" in skipped:
        return vector
    return VECTOR_SHARE * vector + _late(one, space)


def _late(one: Found, space: LanguageSpace) -> float:
    if one.interaction is None:
        return 0.0
    met = one.interaction.passage
    if one.interaction.sentences:
        met = (met + max(one.interaction.sentences)) / 2
    return met - space.late_level


def _sentences(one: Found, space: LanguageSpace, skipped: Collection[RetrievalStep]) -> list[float]:
    if "late_interaction" in skipped:
        return list(one.sentences)
    late = one.interaction.sentences if one.interaction else (space.late_level,) * len(one.sentences)
    return [VECTOR_SHARE * vector + met - space.late_level for vector, met in zip(one.sentences, late, strict=True)]


def _wording(one: Found, best: float, skipped: Collection[RetrievalStep]) -> float:
    if one.coverage is None:
        return 0.0
    lost = WORDS_SHARE * (best - one.coverage.words) if one.same_language and "words" not in skipped else 0.0
    gained = NAMES_SHARE * one.coverage.names**2 + HEARD_SHARE * one.coverage.heard**2
    return (gained if "names" not in skipped else 0.0) - lost


def _unit(space: LanguageSpace, *, late: bool) -> float:
    return math.hypot(VECTOR_SHARE * space.spread, space.late_spread) if late else space.spread
