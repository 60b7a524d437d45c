"""Two texts → how alike they are in what they say, in whatever languages they say it."""

from __future__ import annotations

from functools import lru_cache

from assistant.retrieval.embedding import Embedder
from assistant.retrieval.language_space import LanguageSpace, Vectors, space_of

MOST_KEPT = 4_000  # texts whose vectors are kept, 1.5 KB each


class Likeness:
    """Compares short texts: standard deviations above unrelated ones, about 6.5 and more for the same statement.

    The model is loaded with the first comparison. Safe to share among threads.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._space: LanguageSpace | None = None
        self._vector = lru_cache(MOST_KEPT)(self._embed)

    def __call__(self, one: str, other: str) -> float:
        """Returns how alike the texts are. Raises `ModelError`."""
        first, second = self._vector(one), self._vector(other)
        assert self._space is not None
        return float(first @ second) / self._space.spread

    def _embed(self, text: str) -> Vectors:
        if self._space is None:
            self._space = space_of(self._embedder)
        vectors = self._embedder.embed_passages([text])
        placed: Vectors = self._space.passages(vectors, self._space.passage_origin[None])[0]
        return placed
