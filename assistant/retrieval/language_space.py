"""Vectors of many languages → one space, in which a text's language makes no difference to how near it is.

A multilingual model puts texts of one language close together, so that in a mixed archive any passage in a question's
own language beats the right one in another. Two things mend that, and one mends what is left:

- *Language directions.* The mean vectors of the same sentences in 79 languages (`language_texts/parallel.tsv`) differ
  by nothing but their language; the 20 directions in which they differ most are taken out of every vector. That needs
  no guess at a text's language, and holds for languages that the archive or the sentences do not have.
- *Language means.* Each language's mean over the archive is subtracted from its passages, sentences and tokens. A mean
  over few would take away what they say, so it is blended with the model's mean over everyday sentences, its origin.
- *Translation gain.* What remains of a similarity across languages is two thirds to three quarters of what it would be
  within one: `TRANSLATION_GAIN` makes up for it.

After Xie et al., "Discovering Low-rank Subspaces for Language-agnostic Multilingual Representations" (EMNLP 2022), with
parallel text in place of their singular vectors of monolingual text. `benchmarks/ablation.py` shows what each is worth.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.embedding import Embedder, Encoding

Vectors = NDArray[np.float32]

# Raise it when a model's measures come out otherwise: token codes depend on them, and are made anew.
LANGUAGE_SPACE_VERSION = 2

# On archives in four languages 14 to 40 directions made no difference beyond a point of R@1.
LANGUAGE_DIRECTIONS = 20

# The origin counts like this many passages of the language. 5 to 20 made no difference to archives of 190 articles
# (60 cost ten points), and a single article keeps nearly all that it says.
ORIGIN_WEIGHT = 10

# Between sentences of the Universal Declaration that are about like things, similarities across languages are two
# thirds of those within one, in 12 languages; in archives of news and encyclopedias three quarters. 1.4 to 1.6 found
# equally many right passages first, 1.2 two points fewer.
TRANSLATION_GAIN = 1.5

# How much of the everyday questions' mean is taken out of a question; .6 to .8 were alike, all and nothing worse.
QUESTION_SHARE = 0.7

# Tokens are looked at in one of so many of the parallel sentences: they are many, and their mean is soon known.
EVERY_WITH_TOKENS = 5

# About as many tokens as a passage has: the nearest of so many unrelated ones is what a MaxSim starts from.
TOKENS_OF_A_PASSAGE = 150


@dataclass(frozen=True, slots=True)
class LanguageSpace:
    """A model's measures, taken once: where its vectors lie, and which directions tell nothing but the language.

    `spread` is the standard deviation of unrelated similarities; `late_level` and `late_spread` are the mean and the
    standard deviation of unrelated late interactions.
    """

    directions: Vectors  # (directions, dimension), orthonormal
    passage_origin: Vectors  # (dimension,), as all origins
    question_origin: Vectors
    rephrased_origin: Vectors  # questions read as passages
    token_origin: Vectors
    question_token_origin: Vectors
    rephrased_token_origin: Vectors
    spread: float
    late_level: float
    late_spread: float

    @property
    def neutral(self) -> bool:
        """Whether languages are taken out at all; in `plain_space` they are not."""
        return bool(len(self.directions))

    def to_bytes(self) -> bytes:
        """Returns the measures as NumPy writes them."""
        content = io.BytesIO()
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        np.savez(content, **values)
        return content.getvalue()

    @staticmethod
    @lru_cache(maxsize=4)
    def from_bytes(content: bytes) -> LanguageSpace:
        """Returns the measures in what `to_bytes` wrote."""
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            values: dict[str, Any] = {name: kept[name] if kept[name].ndim else kept[name].item() for name in kept.files}
        return LanguageSpace(**values)

    def passages(self, vectors: Vectors, means: Vectors) -> Vectors:
        """Returns passages' or sentences' vectors, (texts, dimension), in this space, less their languages' `means`."""
        return normalised(self.project(vectors - means))

    def questions(self, encoded: Vectors, rephrased: Vectors | None = None) -> Vectors:
        """Returns questions' vectors, (texts, dimension), in this space.

        `rephrased` are the same questions read as passages: the two readings together beat either by a point of R@1.
        """
        questions = normalised(self.project(encoded - QUESTION_SHARE * self.question_origin))
        if rephrased is None:
            return questions
        return normalised(questions + normalised(self.project(rephrased - QUESTION_SHARE * self.rephrased_origin)))

    def tokens(self, tokens: Vectors) -> Vectors:
        """Returns a passage's tokens, (tokens, dimension), in this space; their language's mean is still in them."""
        return normalised(self.project(tokens - self.token_origin))

    def question_tokens(self, tokens: Vectors, rephrased: Vectors | None = None) -> Vectors:
        """Returns a question's tokens, (tokens, dimension), in this space.

        `rephrased` are the same tokens read as a passage's: the two readings together find a few right passages more.
        """
        asked = normalised(self.project(tokens - self.question_token_origin))
        if rephrased is None or rephrased.shape != tokens.shape:
            return asked
        return normalised(asked + normalised(self.project(rephrased - self.rephrased_token_origin)))

    def project(self, vectors: Vectors) -> Vectors:
        """Returns the vectors, (vectors, dimension), without the directions of languages."""
        return (vectors - (vectors @ self.directions.T) @ self.directions).astype(np.float32)


def plain_space(dimension: int) -> LanguageSpace:
    """Returns a space that leaves vectors as they are, for comparing with."""
    zero = np.zeros(dimension, np.float32)
    return LanguageSpace(
        np.empty((0, dimension), np.float32),
        zero,
        zero,
        zero,
        zero,
        zero,
        zero,
        spread=0.03,
        late_level=0.8,
        late_spread=0.03,
    )


def space_of(embedder: Embedder) -> LanguageSpace:
    """Returns a model's measures: those that come with the package, as for the bundled model, or new ones."""
    try:
        return LanguageSpace.from_bytes(_measures_of(embedder.fingerprint).read_bytes())
    except FileNotFoundError:
        return measure_model(embedder)


def measure_model(embedder: Embedder) -> LanguageSpace:
    """Measures a model on the texts in `language_texts/`; takes as long as embedding some two hundred passages.

    `python -m assistant.retrieval.language_space` does so for the bundled model and keeps the measures in the package.
    """
    everyday = embedder.encode_passages(_lines("everyday.txt"))
    asked = embedder.encode_questions(_lines("questions.txt"))
    rephrased = embedder.encode_passages(_lines("questions.txt"))
    parallel = [line.split("\t") for line in _lines("parallel.tsv")]
    vectors = embedder.embed_passages([text for _, _, text in parallel])
    read = embedder.encode_passages([text for _, _, text in parallel[::EVERY_WITH_TOKENS]])
    unmeasured = LanguageSpace(
        directions=_language_directions(vectors, [row[0] for row in parallel], [row[1] for row in parallel]),
        passage_origin=np.mean([encoding.vector for encoding in everyday], axis=0),
        question_origin=np.mean([encoding.vector for encoding in asked], axis=0),
        rephrased_origin=np.mean([encoding.vector for encoding in rephrased], axis=0),
        token_origin=_token_mean([*read, *everyday], embedder.dimension),
        question_token_origin=_token_mean(asked, embedder.dimension),
        rephrased_token_origin=_token_mean(rephrased, embedder.dimension),
        spread=1.0,
        late_level=0.0,
        late_spread=1.0,
    )
    return _with_spreads(unmeasured, everyday, asked, rephrased, read)


def _with_spreads(
    space: LanguageSpace,
    everyday: list[Encoding],
    asked: list[Encoding],
    rephrased: list[Encoding],
    read: list[Encoding],
) -> LanguageSpace:
    passages, first, second = (np.stack([one.vector for one in those]) for those in (everyday, asked, rephrased))
    questions = space.questions(first, second)
    similarities = questions @ space.passages(passages, space.passage_origin[None]).T
    # The first questions are about these sentences, each about the one in the same line.
    unrelated = similarities[np.eye(*similarities.shape) == 0]
    tokens = space.tokens(np.concatenate([encoding.tokens for encoding in read]))
    tokens = np.random.default_rng(0).permutation(tokens)  # bags of tokens from everywhere: related to nothing
    bags = tokens[: len(tokens) // TOKENS_OF_A_PASSAGE * TOKENS_OF_A_PASSAGE]
    late = [
        encoding.weights
        / encoding.weights.sum()
        @ (space.question_tokens(encoding.tokens, again.tokens) @ bags.T)
        .reshape(len(encoding.tokens), -1, TOKENS_OF_A_PASSAGE)
        .max(axis=2)
        for encoding, again in zip(asked, rephrased, strict=True)
        if len(encoding.tokens) and len(bags)
    ]
    level, late_spread = (float(np.mean(late)), float(np.std(late))) if late else (0.0, 1.0)
    return replace(space, spread=float(unrelated.std()), late_level=level, late_spread=late_spread)


class LanguageMeans:
    """Sums up vectors by language; the means come out blended with the origin."""

    def __init__(self, origin: Vectors) -> None:
        self._origin = origin
        self._sums: dict[str, NDArray[np.float64]] = {}
        self._counts: dict[str, int] = {}

    def add(self, language: str, vector: Vectors) -> None:
        """Counts one vector, (dimension,), of a language."""
        if language not in self._sums:
            self._sums[language] = ORIGIN_WEIGHT * self._origin.astype(np.float64)
            self._counts[language] = ORIGIN_WEIGHT
        self._sums[language] += vector
        self._counts[language] += 1

    def means(self) -> dict[str, Vectors]:
        """Returns each language's mean, (dimension,)."""
        return {language: (total / self._counts[language]).astype(np.float32) for language, total in self._sums.items()}


def means_of(languages: Iterable[str], means: Mapping[str, Vectors], dimension: int) -> Vectors:
    """Returns the mean of each of the languages, (languages, dimension)."""
    stacked = [means[language] for language in languages]
    return np.stack(stacked) if stacked else np.empty((0, dimension), np.float32)


def normalised(vectors: Vectors) -> Vectors:
    """Returns the vectors, (vectors, dimension), at length one; what is zero stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled


def _language_directions(vectors: Vectors, sentences: list[str], languages: list[str]) -> Vectors:
    # What a sentence says is the mean over its translations; what is left of a vector is its language, and noise that
    # a mean over the language's sentences takes away.
    _, of_sentence = np.unique(sentences, return_inverse=True)
    _, of_language = np.unique(languages, return_inverse=True)
    said = _mean_by(vectors, of_sentence)
    spoken = _mean_by(vectors - said[of_sentence], of_language)
    directions: Vectors = np.linalg.svd(spoken - spoken.mean(axis=0), full_matrices=False)[2][:LANGUAGE_DIRECTIONS]
    return directions.astype(np.float32)


def _mean_by(vectors: Vectors, groups: NDArray[np.int64]) -> Vectors:
    sums = np.zeros((groups.max() + 1, vectors.shape[1]), np.float32)
    np.add.at(sums, groups, vectors)
    return (sums / np.bincount(groups)[:, None]).astype(np.float32)


def _token_mean(encodings: list[Encoding], dimension: int) -> Vectors:
    means = [encoding.tokens.mean(axis=0) for encoding in encodings if len(encoding.tokens)]
    return np.mean(means, axis=0) if means else np.zeros(dimension, np.float32)


def _lines(name: str) -> list[str]:
    return (_folder() / name).read_text(encoding="utf-8").splitlines()


def _measures_of(fingerprint: str) -> Path:
    return _folder() / f"measures-{hashlib.sha256(fingerprint.encode()).hexdigest()[:16]}.npz"


def _folder() -> Path:
    return Path(__file__).parent / "language_texts"


if __name__ == "__main__":
    from assistant.retrieval.embedding import open_embedder

    bundled = open_embedder("bundled")
    for old in _folder().glob("measures-*.npz"):
        old.unlink()
    _measures_of(bundled.fingerprint).write_bytes(measure_model(bundled).to_bytes())
