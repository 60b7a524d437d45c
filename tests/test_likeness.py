"""Texts compared in a batch are as alike as one by one; the model's measures are those that the index keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.retrieval.embedding import Embedder
from assistant.retrieval.embedding.bundled import BundledEmbedder
from assistant.retrieval.language_space import plain_space, space_of
from assistant.retrieval.likeness import Likeness
from assistant.retrieval.searching import Searcher
from assistant.retrieval.store import Store

TEXTS = [
    "The orchard of Bree Hollow grows eleven kinds of pear.",
    "Le verger de Bree Hollow cultive onze variétés de poires.",
    "В саду Бри-Холлоу растут одиннадцать сортов груш.",
    "يزرع بستان بري هولو أحد عشر نوعًا من الكمثرى.",
    "The ferry is late again.",
]


def test_texts_prepared_together_are_as_alike_as_one_by_one(embedder: Embedder) -> None:
    alone, together = Likeness(embedder), Likeness(embedder)
    together.prepare([*TEXTS, *TEXTS])
    together.prepare([])
    for one in TEXTS:
        for other in TEXTS:
            assert together(one, other) == pytest.approx(alone(one, other), abs=0.01)
    assert min(together(TEXTS[0], text) for text in TEXTS[1:4]) > 6.5 > together(TEXTS[0], TEXTS[4])


class Counting(BundledEmbedder):
    """The bundled model, which remembers what it was given to read."""

    def __init__(self) -> None:
        super().__init__(passage_prefix="text: ")
        self.read: list[list[str]] = []

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read.append(list(texts))
        return super().embed_passages(texts)


@pytest.fixture(scope="module")
def counting() -> Counting:
    return Counting()


@pytest.fixture
def counted(counting: Counting, embedder: Embedder) -> tuple[Counting, Callable[..., Likeness]]:
    """Returns the model, and a function that makes a likeness with it for which somebody has kept the measures."""
    counting.read.clear()
    return counting, lambda **more: Likeness(counting, lambda: space_of(embedder), **more)


def test_prepared_texts_are_not_read_again_nor_the_model_measured(
    counted: tuple[Counting, Callable[..., Likeness]],
) -> None:
    reader, make = counted
    likeness = make()
    likeness.prepare(TEXTS)
    for text in TEXTS:
        likeness(TEXTS[0], text)
    likeness.prepare(TEXTS[:3])
    assert reader.read == [TEXTS]


def test_what_was_not_used_for_longest_is_forgotten(counted: tuple[Counting, Callable[..., Likeness]]) -> None:
    reader, make = counted
    likeness = make(most_kept=3)
    for text in [*TEXTS[:3], TEXTS[0], TEXTS[3], TEXTS[0], TEXTS[1]]:
        likeness.prepare([text])
    assert reader.read == [[text] for text in [*TEXTS[:4], TEXTS[1]]]


def test_the_measures_are_those_that_the_index_keeps(embedder: Embedder, newsroom: Path) -> None:
    kept = Searcher(Store(newsroom / "index"), embedder).space()
    assert kept.spread == space_of(embedder).spread
    one, other = TEXTS[:2]
    doubled = Likeness(embedder, lambda: replace(kept, spread=2 * kept.spread))
    assert doubled(one, other) == pytest.approx(Likeness(embedder)(one, other) / 2)


def test_an_index_that_takes_no_languages_out_is_not_asked(embedder: Embedder) -> None:
    plain = Likeness(embedder, lambda: plain_space(embedder.dimension))
    assert plain(*TEXTS[:2]) == Likeness(embedder)(*TEXTS[:2])
