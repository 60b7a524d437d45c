"""The values that everything else passes around. They are frozen, and know nothing of disks, models or screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

RetrievalStep = Literal[
    "language_space", "translation_gain", "rephrasing", "sentences", "late_interaction", "words", "names", "grouping"
]
"""A step of the search that can be left out; `docs/retrieval.md` tells what each does and is worth."""


@dataclass(frozen=True, slots=True)
class Span:
    """The code points `start` up to, not including, `end` of some article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it was indexed.

    `path` is relative to `seeds/`, with `/` between its parts; `copies` are the other paths that hold the very same
    file. `language` is an ISO 639 code, or `und` when the text does not tell. `text` is the decoded file with CRLF
    made LF, and nothing else changed. `id` names this version of the article in its index, and is never used again.
    """

    path: str
    title: str
    language: str
    text: str = field(repr=False)
    copies: tuple[str, ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span and how well it fits the question, in the unit of `Hit.score`."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that fits the question.

    `score` counts standard deviations above unrelated text: 0 is a passage that has no more to do with the question
    than any other. `sentences` are the passage's sentences in reading order, scored in the same unit. `alike` are
    further hits with nearly the same words, such as other copies of a wire report: they share this one's place.
    """

    article: Article
    start: int
    end: int
    score: float
    sentences: tuple[ScoredSpan, ...] = field(default=(), repr=False)
    alike: tuple[Hit, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """The passage, exactly as the article has it."""
        return self.article.text[self.start : self.end]

    def to_dict(self) -> dict[str, Any]:
        """Returns the hit as plain JSON values."""
        return {
            "path": self.article.path,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "title": self.article.title,
            "article_language": self.article.language,
            "score": round(self.score, 4),
            "alike": [
                {"path": hit.article.path, "start": hit.start, "end": hit.end, "title": hit.article.title}
                for hit in self.alike
            ],
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote: `quote` *is* `article.text[start:end]`. `score` has the unit of `Hit.score`."""

    number: int
    article: Article
    start: int
    end: int
    score: float

    @property
    def quote(self) -> str:
        """The quoted words, exactly as the article has them."""
        return self.article.text[self.start : self.end]

    def to_dict(self) -> dict[str, Any]:
        """Returns the citation as plain JSON values."""
        return {
            "number": self.number,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "path": self.article.path,
            "title": self.article.title,
            "article_language": self.article.language,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of an answer and the numbers of the citations that prove it (none for the assistant's own words)."""

    text: str
    language: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question, or, when `abstained`, that they say nothing.

    `language` is the question's. `confidence`, 0 to 1, is how likely the articles answer the question at all.
    `citations` prove the statements; an answer that abstains has none, and shows the `nearest` passages as such,
    under `nearest_heading`.
    """

    question: str
    language: str
    abstained: bool
    confidence: float
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Hit, ...] = ()
    nearest_heading: str = ""

    @property
    def text(self) -> str:
        """The answer as plain text; a statement's citation numbers stand behind it in brackets."""
        return "\n".join(_numbered(statement) for statement in self.statements)

    def to_dict(self) -> dict[str, Any]:
        """Returns the answer as plain JSON values: what `assistant query --json` prints."""
        return {
            "question": self.question,
            "answer": self.text,
            "language": self.language,
            "abstained": self.abstained,
            "confidence": round(self.confidence, 4),
            "citations": [citation.to_dict() for citation in self.citations],
            "nearest": [hit.to_dict() for hit in self.nearest],
        }


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild did: paths relative to `seeds/`, sorted; a renamed file is one `removed` and one `added`.

    `failed` maps each path that could not be read to the reason and what to do about it; where an earlier version of
    such a file was indexed, it stays. `embedded` counts the texts (passages and sentences) that went through the
    model: a rename, or a file that was there before, embeds nothing. `notes` tell what the index repaired.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: Mapping[str, str]
    embedded: int
    seconds: float
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Returns the report as plain JSON values: what `assistant rebuild --json` prints."""
        return {
            "added": list(self.added),
            "changed": list(self.changed),
            "removed": list(self.removed),
            "unchanged": list(self.unchanged),
            "failed": dict(self.failed),
            "embedded": self.embedded,
            "seconds": round(self.seconds, 3),
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild or an evaluation has come: `done` of `total` files, characters or questions, and a note."""

    stage: Literal["waiting", "reading", "measuring", "embedding", "publishing", "asking"]
    done: int
    total: int
    note: str = ""


def _numbered(statement: Statement) -> str:
    marks = "".join(f"[{number}]" for number in statement.citations)
    return f"{statement.text} {marks}" if marks else statement.text
