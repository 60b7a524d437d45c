"""What is kept of conversations, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from assistant.conversations.answers import answer_of
from assistant.types import Answer, Filters, Turn

Verdict = Literal["like", "dislike", ""]
"""What a reader thinks of an answer; empty when they did not say, or took it back."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thinks of an answer, and why, in their own words."""

    verdict: Verdict = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question of a conversation with its answer, as they were kept.

    `id` is random text, and stays the turn's as long as it is kept. `filters` are those the reader had chosen. `asked`
    is when the answer was kept, in UTC. `stored` is the answer as plain values.
    """

    id: str
    question: str
    filters: Filters
    asked: datetime
    feedback: Feedback
    stored: Mapping[str, Any] = field(repr=False)

    @property
    def answer(self) -> Answer:
        """The answer, made anew at each call; it is shown exactly as it was, whatever has become of its articles.

        The articles of its citations and nearest passages hold only what was quoted or shown of them, in its place:
        everything else in `article.text` is blank. `Assistant.article(citation.article.id)` gives the whole article,
        or None when that version of it is indexed no more. Raises `ConversationError` when a later version of this
        program kept it in a form that this one cannot read.
        """
        return answer_of(self.stored)

    @property
    def turn(self) -> Turn:
        """The turn as `Assistant.query` and `Assistant.stream` take it in `history`."""
        return self.answer.turn


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A line of the list of conversations.

    `title` is the reader's own, else the first question, shortened; it is empty only when there is neither. `created`
    and `changed` (when the last turn was kept) are in UTC. `turns` counts them.
    """

    id: str
    title: str
    created: datetime
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class WholeConversation:
    """A conversation with its turns, the oldest first."""

    summary: ConversationSummary
    turns: tuple[KeptTurn, ...]


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Conversations, the one that was changed last first; `next` is what to ask the next page with, empty if none."""

    conversations: tuple[ConversationSummary, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class FoundConversation:
    """A conversation that says what was searched for: the latest of its turns that does, and a piece of that turn."""

    summary: ConversationSummary
    turn: str
    question: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What a search found, the one that was changed last first; `next` as for `ConversationPage`."""

    found: tuple[FoundConversation, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """Where a turn was kept: the ids of its conversation and its own."""

    conversation: str
    turn: str
