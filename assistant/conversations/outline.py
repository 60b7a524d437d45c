"""An answer, its filters → the blocks and sources of its export, with direction and language, for whatever writes them.

The words in here are an article's, a reader's or the assistant's own, and hold whatever these do: a writer must make
them harmless for its format.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from assistant.corpus.provenance import host_of
from assistant.display import direction_of, direction_of_own_words, printable
from assistant.types import QUOTING_WRITER, Answer, Article, Citation, Filters, Hit

Role = Literal["question", "aside", "quote", "claim", "heading", "remark"]
"""What a block is: a question, a small line about question or answer, or a statement of one of these kinds."""

WRITTEN_BY = "✎"  # before the language model that wrote the claims, in any language


@dataclass(frozen=True, slots=True)
class Labels:
    """The few words of an export that are in nobody's answer; an interface gives them in its own language."""

    language: str = "en"
    sources: str = "Sources"
    understood: str = "Understood as: {question}"
    filters: str = "Asked of: {filters}"
    newest: str = "the newest first"


ENGLISH = Labels()


@dataclass(frozen=True, slots=True)
class Block:
    """Some words with their direction and language, and the numbers of the sources that prove them."""

    role: Role
    text: str
    direction: str
    language: str = ""
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where words stand: the quote, and what is told of its article. `link` is empty unless it is safe to follow."""

    number: int
    quote: str
    speaker: str
    title: str
    outlet: str
    date: str
    path: str
    link: str
    language: str
    direction: str

    @property
    def told(self) -> tuple[str, ...]:
        """What is known of it besides the quote, the place last: its link, else the file's path."""
        parts = (self.speaker, self.title, self.outlet, self.date, self.link or printable(self.path))
        return tuple(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Part:
    """A question, its answer's blocks, the sources that prove them, and the nearest passages of one that abstains."""

    blocks: tuple[Block, ...]
    sources: tuple[Source, ...]
    nearest: tuple[Source, ...] = ()


def outline(answer: Answer, filters: Filters, labels: Labels) -> Part:
    """Returns the question with its answer, in reading order."""
    blocks = [Block("question", answer.question, direction_of(answer.question))]
    asked_of = filters_to_text(filters, labels)
    if asked_of:
        blocks.append(_own(labels.filters.replace("{filters}", f"\u2068{asked_of}\u2069"), labels.language))
    if answer.understood not in ("", answer.question):
        blocks.append(
            _own(labels.understood.replace("{question}", f"\u2068{answer.understood}\u2069"), labels.language)
        )
    for statement in answer.statements:
        said = statement.kind in ("quote", "claim")
        direction = direction_of(statement.text) if said else direction_of_own_words(statement.text)
        blocks.append(Block(statement.kind, statement.text, direction, statement.language, statement.citations))
    asides = (f"{WRITTEN_BY} {answer.writer}" if answer.writer != QUOTING_WRITER else "", answer.note)
    blocks += [_own(aside, answer.language) for aside in asides if aside]
    if answer.nearest:  # which follow
        blocks.append(_own(answer.nearest_heading, answer.language, "remark"))
    return Part(
        tuple(blocks),
        tuple(
            _source(citation, citation.number, citation.quote, citation.speaker_name) for citation in answer.citations
        ),
        tuple(_source(hit, 0, hit.text, "") for hit in answer.nearest),
    )


def filters_to_text(filters: Filters, labels: Labels = ENGLISH) -> str:
    """Returns what a question was asked of, in one line; empty when it was asked of everything."""
    span = f"{filters.since} – {filters.until}".strip() if filters.since or filters.until else ""
    newest = labels.newest if filters.newest else ""
    groups = (filters.languages, filters.outlets, filters.articles, (span,), (newest,))
    return " · ".join(", ".join(map(printable, group)) for group in groups if any(group))


def _own(text: str, language: str, role: Role = "aside") -> Block:
    return Block(role, text, direction_of_own_words(text), language)


def _source(place: Citation | Hit, number: int, quote: str, speaker: str) -> Source:
    article: Article = place.article
    return Source(
        number,
        quote,
        speaker,
        article.title,
        article.outlet,
        article.date,
        article.path,
        article.link if host_of(article.link) else "",
        article.language,
        direction_of(quote),
    )


def cited(numbers: Iterable[int]) -> str:
    """Returns the numbers as they stand behind a statement in plain text."""
    return "".join(f"[{number}]" for number in numbers)
