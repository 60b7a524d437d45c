"""Vectors of many languages → one space: each language's own direction is taken out of its vectors.

A multilingual model puts texts of one language close together, so that in a mixed archive any passage in a question's
own language beats the right one in another. Subtracting from every passage the mean of its language mends most of
that, and makes a score comparable: it then counts from "unrelated". A mean over few passages would take away what
they say, so it is blended with the model's mean over everyday sentences in many languages, its `origin`.

Measured with the bundled model on archives of 190 short articles in four languages: the right passage first for 64 %
of the questions asked in another language, against 21 % with plain vectors; in an archive of one language nothing
changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.embedding import Embedder

# The origin counts like this many passages of the language. 5 to 20 made no difference to archives of 190 articles
# (60 cost ten points), and a single article keeps nearly all that it says.
ORIGIN_WEIGHT = 10


def measure_model(embedder: Embedder) -> tuple[NDArray[np.float32], float]:
    """Returns a model's origin, (dimension,), and the spread of unrelated similarities around it.

    Both come from everyday sentences, each on another subject in another language, so that no two are related.
    """
    sentences = files("assistant.retrieval").joinpath("everyday.txt").read_text(encoding="utf-8").splitlines()
    passages = embedder.embed_passages(sentences)
    origin: NDArray[np.float32] = passages.mean(axis=0)
    similarities = embedder.embed_questions(sentences) @ (passages - origin).T
    unrelated = similarities[~np.eye(len(sentences), dtype=bool)]
    return origin, float(unrelated.std())


class LanguageMeans:
    """Sums up vectors by language; the means come out blended with the origin."""

    def __init__(self, origin: NDArray[np.float32]) -> None:
        self._origin = origin
        self._sums: dict[str, NDArray[np.float64]] = {}
        self._counts: dict[str, int] = {}

    def add(self, language: str, vector: NDArray[np.float32]) -> None:
        """Counts one vector, (dimension,), of a language."""
        if language not in self._sums:
            self._sums[language] = ORIGIN_WEIGHT * self._origin.astype(np.float64)
            self._counts[language] = ORIGIN_WEIGHT
        self._sums[language] += vector
        self._counts[language] += 1

    def means(self) -> dict[str, NDArray[np.float32]]:
        """Returns each language's mean, (dimension,)."""
        return {language: (total / self._counts[language]).astype(np.float32) for language, total in self._sums.items()}


def centre(
    vectors: NDArray[np.float32], languages: Iterable[str], means: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Returns the vectors, (vectors, dimension), less the mean of each one's language."""
    if not len(vectors):
        return vectors
    return vectors - np.stack([means[language] for language in languages])
