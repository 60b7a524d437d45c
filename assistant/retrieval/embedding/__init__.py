"""Texts → vectors. `Embedder` is the seam; the bundled model and sentence-transformers are its two sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """An embedding model, loaded when it is first asked for a vector."""

    @property
    def name(self) -> str:
        """What a person calls the model."""

    @property
    def fingerprint(self) -> str:
        """What the vectors depend on: equal fingerprints give equal vectors for equal texts."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns a vector of length one for each passage or sentence, (texts, dimension)."""

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns a vector of length one for each question, (texts, dimension)."""


def open_embedder(model: str, *, query_prefix: str | None = None, passage_prefix: str | None = None) -> Embedder:
    """Returns the embedder for `model`: `bundled`, or what sentence-transformers loads (a folder or a hub's name).

    Prefixes replace the model's own. Nothing is loaded yet, so a wrong name shows at first use, as `ModelError`.
    """
    from assistant.retrieval.embedding.bundled import BundledEmbedder
    from assistant.retrieval.embedding.sentence_transformer import SentenceTransformerEmbedder

    if model == "bundled":
        return BundledEmbedder(query_prefix=query_prefix, passage_prefix=passage_prefix)
    return SentenceTransformerEmbedder(model, query_prefix=query_prefix, passage_prefix=passage_prefix)
