"""The values that everything else passes around. They are frozen, and know nothing of disks, models or screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

RetrievalStep = Literal[
    "language_space", "translation_gain", "rephrasing", "sentences", "late_interaction", "words", "names", "grouping"
]
"""A step of the search that can be left out; `docs/retrieval.md` tells what each does and is worth."""

StatementKind = Literal["quote", "claim", "heading", "remark"]
"""What a line of an answer is: an article's exact words, a language model's sentence that citations prove, the speaker
or article of the quotes below it, or the assistant's own words."""

QUOTING_WRITER = "quotes"
"""Who wrote an answer that is made of quotes alone."""


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
    `date` (ISO 8601), `outlet` and `link` are what the file tells of itself, each empty when it does not.
    """

    path: str
    title: str
    language: str
    text: str = field(repr=False)
    copies: tuple[str, ...] = ()
    id: int = 0
    date: str = ""
    outlet: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """What the index holds of an article, all but its text; `passages` and `characters` are how many it has."""

    id: int
    path: str
    title: str
    language: str
    copies: tuple[str, ...]
    date: str
    outlet: str
    link: str
    passages: int
    characters: int

    def to_dict(self) -> dict[str, Any]:
        """Returns the article as plain JSON values."""
        return {
            "id": self.id,
            "path": self.path,
            "title": self.title,
            "language": self.language,
            "copies": list(self.copies),
            "date": self.date,
            "outlet": self.outlet,
            "link": self.link,
            "passages": self.passages,
            "characters": self.characters,
        }


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
            "date": self.article.date,
            "outlet": self.article.outlet,
            "link": self.article.link,
            "score": round(self.score, 4),
            "alike": [
                {"path": hit.article.path, "start": hit.start, "end": hit.end, "title": hit.article.title}
                for hit in self.alike
            ],
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote: `quote` *is* `article.text[start:end]`. `score` has the unit of `Hit.score`.

    `speaker` is where the article names who says it, or None when nobody in particular does.
    """

    number: int
    article: Article
    start: int
    end: int
    score: float
    speaker: Span | None = None

    @property
    def quote(self) -> str:
        """The quoted words, exactly as the article has them."""
        return self.article.text[self.start : self.end]

    @property
    def speaker_name(self) -> str:
        """The speaker, exactly as the article names them; empty when nobody in particular speaks."""
        return self.article.text[self.speaker.start : self.speaker.end] if self.speaker else ""

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
            "date": self.article.date,
            "outlet": self.article.outlet,
            "link": self.article.link,
            "speaker": self.speaker_name,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of an answer and the numbers of the citations that prove it (none for a heading or a remark)."""

    text: str
    language: str
    citations: tuple[int, ...] = ()
    kind: StatementKind = "remark"

    def to_dict(self) -> dict[str, Any]:
        """Returns the statement as plain JSON values."""
        return {
            "text": self.text,
            "language": self.language,
            "citations": list(self.citations),
            "kind": self.kind,
        }


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a question is asked of; each empty field lets all through, each given one must be met.

    `languages` are ISO 639 codes, `outlets` and `articles` what `Article.outlet` and `Article.path` say (any one of
    them, in any case). `since` and `until` are dates in ISO 8601, to the year, month or day, both of them included; an
    article without a date lies in no range. `newest` puts the newest of what answers first.
    """

    languages: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    newest: bool = False

    @property
    def narrow(self) -> bool:
        """Whether any article can be left out."""
        return bool(self.languages or self.outlets or self.articles or self.since or self.until)

    def to_dict(self) -> dict[str, Any]:
        """Returns the filters as plain JSON values, those that are given."""
        values = {
            "languages": list(self.languages),
            "outlets": list(self.outlets),
            "articles": list(self.articles),
            "since": self.since,
            "until": self.until,
            "newest": self.newest,
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was asked before in a conversation, and what was answered.

    `cited` are the ids of the articles that the answer cites, where they are known: what a follow-up does not name is
    looked for in them first.
    """

    question: str
    answer: str = ""
    cited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question, or, when `abstained`, that they say nothing.

    `language` is the question's. `confidence`, 0 to 1, is how likely the articles answer the question at all.
    `citations` prove the statements; an answer that abstains has none, and shows the `nearest` passages as such,
    under `nearest_heading`. `understood` is the question as the turns before complete it, in words that can be shown,
    and `searched` what was searched for then, which may not be well said; both are empty where nothing was completed.
    `writer` is `quotes`, or the language model that wrote the claims; `note` says in one line why a configured model's
    words are not shown, or which sentences of it were left out.
    """

    question: str
    language: str
    abstained: bool
    confidence: float
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Hit, ...] = ()
    nearest_heading: str = ""
    understood: str = ""
    searched: str = ""
    writer: str = QUOTING_WRITER
    note: str = ""

    @property
    def alone(self) -> str:
        """The question as it is searched for without the turns before; `understood` says it better."""
        return self.searched or self.understood or self.question

    @property
    def turn(self) -> Turn:
        """This question and answer as a turn of a conversation."""
        cited = dict.fromkeys(citation.article.id for citation in self.citations)
        return Turn(self.understood or self.question, self.text, tuple(cited))

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
            "understood": self.understood,
            "writer": self.writer,
            "note": self.note,
            "statements": [statement.to_dict() for statement in self.statements],
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
