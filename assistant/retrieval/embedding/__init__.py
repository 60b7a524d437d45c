"""Texts → vectors. `Embedder` is the seam; the bundled model and sentence-transformers are its two sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text as a model reads it: one vector for the whole, and one for each token of the text itself.

    The tokens of a prefix and the marks at both ends are left out. `ends` are the code points of the text at which
    the tokens end; `weights` say how much each tells: a rare token more than a frequent one.
    """

    vector: NDArray[np.float32]  # (dimension,), length one
    tokens: NDArray[np.float32]  # (tokens, dimension), of any length
    ends: NDArray[np.int32]  # (tokens,), rising
    weights: NDArray[np.float32]  # (tokens,), positive


def own_tokens(offsets: Sequence[tuple[int, int]], prefix: str) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Returns which tokens are the text's own, and where each ends in it.

    `offsets` are where each token of prefix and text starts and ends; the marks at both ends span nothing.
    """
    places = np.array(offsets).reshape(-1, 2)
    own = np.flatnonzero((places[:, 1] > len(prefix)) & (places[:, 1] > places[:, 0]))
    return own, (places[own, 1] - len(prefix)).astype(np.int32)


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

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Returns each passage's vector and its tokens' vectors, from one pass through the model."""

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Returns each question's vector and its tokens' vectors, from one pass through the model."""


def open_embedder(model: str, *, query_prefix: str | None = None, passage_prefix: str | None = None) -> Embedder:
    """Returns the embedder for `model`: `bundled`, or what sentence-transformers loads (a folder or a hub's name).

    Prefixes replace the model's own. Nothing is loaded yet, so a wrong name shows at first use, as `ModelError`.
    """
    from assistant.retrieval.embedding.bundled import BundledEmbedder
    from assistant.retrieval.embedding.sentence_transformer import SentenceTransformerEmbedder

    if model == "bundled":
        return BundledEmbedder(query_prefix=query_prefix, passage_prefix=passage_prefix)
    return SentenceTransformerEmbedder(model, query_prefix=query_prefix, passage_prefix=passage_prefix)
