"""Two texts → how alike they are in what they say, in whatever languages they say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from assistant.retrieval.embedding import Embedder, Encoding
from assistant.retrieval.language_space import LanguageSpace, Vectors, space_of

MOST_KEPT = 4_000  # texts whose vectors are kept, 1.5 KB each
MOST_READ = 200  # texts whose tokens are kept, about 50 KB each


@dataclass(frozen=True, slots=True)
class Meeting:
    """A token of a text and where in another text its most similar one stands.

    `start` and `end` are the token's place, `at` the other's; `weight` is how much the token tells.
    """

    start: int
    end: int
    at: int
    cosine: float
    weight: float


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
        self._kept_space = kept_space
        self._space: LanguageSpace | None = None
        self._vectors = _Recent[Vectors](most_kept)
        self._tokens = _Recent[tuple[Encoding, Vectors]](min(MOST_READ, most_kept))

    def __call__(self, one: str, other: str) -> float:
        """Returns how alike the texts are. Raises `ModelError`."""
        vectors = self._vectors_of([one, other])
        return float(vectors[one] @ vectors[other]) / self._measured().spread

    def prepare(self, texts: Iterable[str]) -> None:
        """Reads texts that will be compared at once, which is four times as fast as one by one. Raises `ModelError`."""
        self._vectors_of(texts)

    def meetings(self, one: str, other: str) -> list[Meeting]:
        """Returns the tokens of a text, each with the most similar one of another text. Raises `ModelError`."""
        read = self._tokens_of([one, other])
        (mine, vectors), (theirs, others) = read[one], read[other]
        if not len(mine.ends) or not len(theirs.ends):
            return []
        cosines = vectors @ others.T
        starts, there = [0, *mine.ends[:-1].tolist()], [0, *theirs.ends[:-1].tolist()]
        return [
            Meeting(starts[at], int(mine.ends[at]), there[int(row.argmax())], float(row.max()), float(mine.weights[at]))
            for at, row in enumerate(cosines)
        ]

    def _vectors_of(self, texts: Iterable[str]) -> Mapping[str, Vectors]:
        def read(new: list[str]) -> Iterable[Vectors]:
            space = self._measured()
            placed: Vectors = space.passages(self._embedder.embed_passages(new), space.passage_origin[None])
            return placed

        return self._vectors.of(texts, read)

    def _tokens_of(self, texts: Iterable[str]) -> Mapping[str, tuple[Encoding, Vectors]]:
        def read(new: list[str]) -> Iterable[tuple[Encoding, Vectors]]:
            space = self._measured()
            for encoding in self._embedder.encode_passages(new):
                yield encoding, space.tokens(encoding.tokens) if len(encoding.tokens) else encoding.tokens

        return self._tokens.of(texts, read)

    def _measured(self) -> LanguageSpace:
        if self._space is None:
            kept = self._kept_space()
            # An index without languages taken out tells nothing about statements in two of them.
            self._space = kept if kept and kept.neutral else space_of(self._embedder)
        return self._space


Value = TypeVar("Value")


class _Recent(Generic[Value]):
    """What was read of the texts that were asked for last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._values: dict[str, Value] = {}  # the longest unused first

    def of(self, texts: Iterable[str], read: Callable[[list[str]], Iterable[Value]]) -> Mapping[str, Value]:
        """Returns what was read of each text; those that are new are read together."""
        wanted = list(dict.fromkeys(texts))
        with self._lock:
            found = {text: self._values.pop(text) for text in wanted if text in self._values}
        new = [text for text in wanted if text not in found]
        if new:
            found |= zip(new, read(new), strict=True)
        with self._lock:
            self._values |= found
            for text in list(self._values)[: max(0, len(self._values) - self._most)]:
                del self._values[text]
        return found
