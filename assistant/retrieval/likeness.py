"""Two texts → how alike they are in what they say, in whatever languages they say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock

from assistant.retrieval.embedding import Embedder
from assistant.retrieval.language_space import LanguageSpace, Vectors, space_of

MOST_KEPT = 4_000  # texts whose vectors are kept, 1.5 KB each


class Likeness:
    """Compares short texts: standard deviations above unrelated ones, about 6.5 and more for the same statement.

    `kept_space` returns the model's measures where an index keeps them, else None: they are then measured, which takes
    as long as embedding some two hundred passages. The model is loaded with the first comparison. Safe to share among
    threads.
    """

    def __init__(
        self,
        embedder: Embedder,
        kept_space: Callable[[], LanguageSpace | None] = lambda: None,
        *,
        most_kept: int = MOST_KEPT,
    ) -> None:
        self._embedder = embedder
        self._most_kept = most_kept
        self._kept_space = kept_space
        self._lock = Lock()
        self._space: LanguageSpace | None = None
        self._vectors: dict[str, Vectors] = {}  # the longest unused first

    def __call__(self, one: str, other: str) -> float:
        """Returns how alike the texts are. Raises `ModelError`."""
        vectors = self._vectors_of([one, other])
        return float(vectors[one] @ vectors[other]) / self._measured().spread

    def prepare(self, texts: Iterable[str]) -> None:
        """Reads texts that will be compared at once, which is four times as fast as one by one. Raises `ModelError`."""
        self._vectors_of(texts)

    def _vectors_of(self, texts: Iterable[str]) -> dict[str, Vectors]:
        wanted = list(dict.fromkeys(texts))
        with self._lock:
            found = {text: self._vectors.pop(text) for text in wanted if text in self._vectors}
        new = [text for text in wanted if text not in found]
        if new:
            space = self._measured()
            placed = space.passages(self._embedder.embed_passages(new), space.passage_origin[None])
            found |= zip(new, placed, strict=True)
        with self._lock:
            self._vectors |= found
            for text in list(self._vectors)[: max(0, len(self._vectors) - self._most_kept)]:
                del self._vectors[text]
        return found

    def _measured(self) -> LanguageSpace:
        if self._space is None:
            kept = self._kept_space()
            # An index without languages taken out tells nothing about statements in two of them.
            self._space = kept if kept and kept.neutral else space_of(self._embedder)
        return self._space
