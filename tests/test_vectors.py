"""FAISS against NumPy, and against what people might hand it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant import IndexDamagedError
from assistant.retrieval import vectors
from assistant.retrieval.vectors import VectorIndex


def _random_vectors(count: int, dimension: int = 48) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(count).normal(size=(count, dimension)).astype(np.float32)


@pytest.mark.parametrize("count", [1, 7, 1000])
def test_a_search_finds_what_comparing_with_every_vector_finds(count: int) -> None:
    stored, questions = _random_vectors(count), _random_vectors(20)
    ids = np.arange(count, dtype=np.int64) * 3 + 100
    index = VectorIndex.build(ids, stored)
    for question in questions:
        products = stored.astype(np.float16).astype(np.float32) @ question  # as the index keeps them
        order = np.argsort(-products, kind="stable")[:10]
        found, scores = index.search(question, 10)
        assert found.tolist() == ids[order].tolist()
        np.testing.assert_allclose(scores, products[order], rtol=1e-5)


def test_an_empty_index_finds_nothing() -> None:
    found, scores = VectorIndex.build(np.empty(0, np.int64), np.empty((0, 48), np.float32)).search(
        _random_vectors(1)[0], 5
    )
    assert (len(found), len(scores)) == (0, 0)


def test_a_saved_index_finds_the_same_and_leaves_nothing_else(tmp_path: Path) -> None:
    index = VectorIndex.build(np.arange(50, dtype=np.int64), _random_vectors(50))
    name, digest = vectors.save(index, tmp_path)
    again = vectors.load(tmp_path, name, digest)
    question = _random_vectors(1)[0]
    assert again.search(question, 5)[0].tolist() == index.search(question, 5)[0].tolist()
    assert [file.name for file in tmp_path.iterdir()] == [name]
    (tmp_path / ".passages-dead.writing").write_bytes(b"half")
    (tmp_path / "passages-0123456789abcdef.faiss").write_bytes(b"old")
    vectors.delete_others(tmp_path, name)
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_file_of_another_digest_is_refused(tmp_path: Path) -> None:
    name, digest = vectors.save(VectorIndex.build(np.arange(5, dtype=np.int64), _random_vectors(5)), tmp_path)
    other, _ = vectors.save(VectorIndex.build(np.arange(6, dtype=np.int64), _random_vectors(6)), tmp_path)
    with pytest.raises(IndexDamagedError):
        vectors.load(tmp_path, other, digest)
    assert len(vectors.load(tmp_path, name, digest)) == 5


def test_what_faiss_would_take_without_a_word_is_refused() -> None:
    good = _random_vectors(3)
    with pytest.raises(ValueError, match="two vectors"):
        VectorIndex.build(np.array([1, 2, 2]), good)
    with pytest.raises(ValueError, match="not finite"):
        VectorIndex.build(np.arange(3), np.where(np.eye(3, 48, dtype=bool), np.nan, good).astype(np.float32))
    with pytest.raises(ValueError, match="do not fit"):
        VectorIndex.build(np.arange(4), good)


def test_a_vector_of_another_length_is_refused_even_without_asserts() -> None:
    program = """
import numpy as np
from assistant.retrieval.vectors import VectorIndex
index = VectorIndex.build(np.arange(3), np.eye(3, 48, dtype=np.float32))
try:
    index.search(np.ones(8, np.float32), 2)
except ValueError as problem:
    print(problem)
"""
    shown = subprocess.run([sys.executable, "-O", "-c", program], capture_output=True, text=True, check=True).stdout
    assert "(8,)" in shown
