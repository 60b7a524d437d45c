"""Tokens → codes of a bit for each dimension; a question's tokens against them → how well its every word is met.

MaxSim (Khattab and Zaharia, "ColBERT", SIGIR 2020) with the embedding model's own token vectors: each token of the
question counts the most similar token of the passage, and the rare ones count more. A token's vector is turned by a
fixed rotation and keeps the signs: 48 bytes instead of 1,536 for the bundled model, without a codebook that would have
to be trained before the first article. On archives of 190 articles that cost half a point of R@1 against exact vectors
(product quantisation to as many bytes, trained on other text, cost a quarter).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.embedding import Encoding
from assistant.retrieval.language_space import ORIGIN_WEIGHT, LanguageSpace, Vectors

# Passages of a language that are looked at for its tokens' mean; they are drawn by their digests.
PASSAGES_FOR_A_MEAN = 256


@dataclass(frozen=True, slots=True)
class TokenCodes:
    """The tokens of one passage: where each ends, in code points from the passage's start, and its signs."""

    ends: NDArray[np.uint16]  # (tokens,)
    bits: NDArray[np.uint8]  # (tokens, dimension / 8)


@dataclass(frozen=True, slots=True)
class Interaction:
    """How well a question's tokens are met by a passage, and by each of its sentences; cosines."""

    passage: float
    sentences: tuple[float, ...]


def encode_tokens(encoding: Encoding, space: LanguageSpace) -> TokenCodes:
    """Returns the codes of a passage's tokens."""
    signs = rotated(space.tokens(encoding.tokens)) > 0
    return TokenCodes(encoding.ends.astype(np.uint16), np.packbits(signs, axis=1))


def decode_tokens(bits: NDArray[np.uint8], dimension: int) -> Vectors:
    """Returns the tokens' vectors of length one, (tokens, dimension), still rotated."""
    signs = np.unpackbits(bits, axis=1, count=dimension).astype(np.float32)
    signs *= 2
    signs -= 1
    signs /= np.float32(np.sqrt(dimension))
    return signs


def token_means(samples: Mapping[str, Sequence[TokenCodes]], dimension: int) -> dict[str, Vectors]:
    """Returns each language's mean token, (dimension,), rotated, from some of its passages."""
    means = {}
    for language, passages in samples.items():
        # Codes have the model's token origin taken out already, so that the origin they are blended with is zero.
        sums = sum(
            (decode_tokens(codes.bits, dimension).mean(axis=0) for codes in passages if len(codes.bits)),
            np.zeros(dimension, np.float32),
        )
        means[language] = (sums / (len(passages) + ORIGIN_WEIGHT)).astype(np.float32)
    return means


def interact(
    question: Encoding,
    space: LanguageSpace,
    passages: Sequence[TokenCodes],
    means: Vectors,
    sentence_starts: Sequence[Sequence[int]],
    rephrased: Encoding | None = None,
) -> list[Interaction | None]:
    """Returns the late interaction of a question with each passage, or None where one of both has no tokens.

    `means` are the rotated token means of the passages' languages, (passages, dimension); `sentence_starts` are the
    code points, from each passage's start, at which its sentences start; `rephrased` is the question read as a passage.
    """
    found: list[Interaction | None] = [None] * len(passages)
    spoken = [place for place, codes in enumerate(passages) if len(codes.bits)]
    if not spoken or not len(question.tokens):
        return found
    lengths = [len(passages[place].bits) for place in spoken]
    tokens = decode_tokens(np.concatenate([passages[place].bits for place in spoken]), means.shape[1])
    asked = rotated(space.question_tokens(question.tokens, rephrased.tokens if rephrased else None))
    met = _cosines_less_means(asked, tokens, means[spoken], np.array(lengths))
    weights = question.weights / question.weights.sum()
    first = 0
    for place, length in zip(spoken, lengths, strict=True):
        of_passage = met[:, first : first + length]
        # A sentence without a token of its own shares the token that it starts in.
        edges = np.searchsorted(passages[place].ends, sentence_starts[place], side="right")
        edges = np.minimum(edges, length - 1)
        of_sentences = weights @ np.maximum.reduceat(of_passage, edges, axis=1) if len(edges) else np.empty(0)
        found[place] = Interaction(float(weights @ of_passage.max(axis=1)), tuple(map(float, of_sentences)))
        first += length
    return found


def rotated(vectors: Vectors) -> Vectors:
    """Returns the vectors, (vectors, dimension), turned so that no dimension tells more than another."""
    turned: Vectors = vectors @ _rotation(vectors.shape[1])
    return turned


def _cosines_less_means(
    asked: Vectors, tokens: Vectors, means: Vectors, lengths: NDArray[np.int64]
) -> NDArray[np.float32]:
    # (token - mean) / |token - mean| is never written out: a copy of all tokens would take longer than the rest.
    met: Vectors = asked @ tokens.T
    repeated = np.repeat(np.arange(len(lengths)), lengths)
    met -= (asked @ means.T)[:, repeated]
    on_mean = np.concatenate(
        [part @ mean for part, mean in zip(np.split(tokens, np.cumsum(lengths)[:-1]), means, strict=True)]
    )
    squares = 1 - 2 * on_mean + (means**2).sum(axis=1)[repeated]
    met /= np.sqrt(np.maximum(squares, 1e-9))
    return met


@lru_cache(maxsize=4)
def _rotation(dimension: int) -> Vectors:
    # Random signs, then a cosine transform: orthonormal, and the same on every machine and in every version of NumPy,
    # because codes that are kept depend on it.
    bits = np.frombuffer(hashlib.shake_256(b"token rotation").digest((dimension + 7) // 8), np.uint8)
    signs = np.unpackbits(bits, count=dimension).astype(np.float64) * 2 - 1
    angles = np.outer(np.arange(dimension), np.arange(dimension) + 0.5) * np.pi / dimension
    cosines = np.cos(angles) * np.sqrt(2 / dimension)
    cosines[0] /= np.sqrt(2)
    rotation: Vectors = (signs[:, None] * cosines.T).astype(np.float32)
    return rotation
