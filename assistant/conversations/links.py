"""A question and its filters, or the id of a conversation ↔ the address that opens it in the chat.

A link to a question can be given to anybody: it holds the question and what it is asked of, never an answer, and asks
the articles that whoever opens it has. A link to a conversation opens it for its own reader only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from assistant.conversations.records import KeptTurn
from assistant.errors import QuestionError
from assistant.question import clean_question, read_filters
from assistant.types import Filters

QUESTION, CONVERSATION, NEWEST = "q", "conversation", "newest"
LISTS = ("languages", "outlets", "articles")
DATES = ("since", "until")
NAMES = {QUESTION, CONVERSATION, NEWEST, *LISTS, *DATES}

LONGEST_LINK = 8_000  # characters: what servers and browsers take; 1,300 letters of Arabic, 800 of Chinese
MOST_FIELDS = 500

IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,64}")

NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens: a question and its filters, or a conversation; all empty for an address without either."""

    question: str = ""
    filters: Filters = NO_FILTERS
    conversation: str = ""


def question_link(question: str, filters: Filters = NO_FILTERS) -> str:
    """Returns the address, from `/?` on, that opens a question with its filters; put the server's own before it.

    Raises `QuestionError` when the question cannot be asked, or question and filters are too long for a link.
    """
    fields: list[tuple[str, str]] = [(QUESTION, clean_question(question))]
    values = filters.to_dict()
    fields += [(name, value) for name in LISTS for value in values.get(name, ())]
    fields += [(name, values[name]) for name in DATES if name in values]
    fields += [(NEWEST, "true")] if filters.newest else []
    try:
        link = f"/?{urlencode(fields)}"
    except UnicodeEncodeError:
        raise QuestionError("A filter holds half a character (a lone surrogate). Choose it anew.") from None
    if len(link) > LONGEST_LINK or len(fields) > MOST_FIELDS:
        raise QuestionError(
            f"Question and filters are too long for a link, which has {LONGEST_LINK:,} characters at most. Shorten "
            "the question, or choose fewer articles."
        )
    return link


def turn_link(turn: KeptTurn) -> str:
    """Returns the link that asks a turn's question again, as it was understood if the turns before completed it.

    Raises `QuestionError` as `question_link`.
    """
    return question_link(turn.turn.question, turn.filters)


def conversation_link(conversation: str) -> str:
    """Returns the address, from `/?` on, that opens a conversation for its own reader. Raises `QuestionError`."""
    if not IDENTITY.fullmatch(conversation):
        raise QuestionError("That is no conversation's id.")
    return f"/?{CONVERSATION}={conversation}"


def read_link(query: str) -> Opened:
    """Returns what an address's query opens: what stands behind the `?`, percent-encoded as the browser sent it.

    Names that mean nothing here are passed over, as other parts of a page may have their own. Whoever opens a
    conversation must still be its reader: `Conversations.read` tells. Raises `QuestionError` when the query is too
    long or no UTF-8, its question cannot be asked, its filters are none, or a name that may come once comes twice.
    """
    if len(query) > LONGEST_LINK:
        raise QuestionError(f"The link is {len(query):,} characters long; the limit is {LONGEST_LINK:,}.")
    try:
        fields = parse_qsl(query, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as problem:  # of which an error in UTF-8 is one
        raise QuestionError(f"The link cannot be read: {problem}. Copy it anew, whole.") from None
    values: dict[str, list[str]] = {}
    for name, value in fields:
        if name in NAMES:
            values.setdefault(name, []).append(value)
    for name in sorted(values.keys() - set(LISTS)):
        if len(values[name]) > 1:
            raise QuestionError(f"The link says {name} more than once. Copy it anew, whole.")
    conversation = values.get(CONVERSATION, [""])[0]
    if conversation and not IDENTITY.fullmatch(conversation):
        raise QuestionError("The link names no conversation. Copy it anew, whole.")
    question = values.get(QUESTION, [""])[0]
    return Opened(clean_question(question) if question else "", _filters(values), conversation)


def _filters(values: dict[str, list[str]]) -> Filters:
    newest = values.get(NEWEST, ["false"])[0]
    if newest not in ("true", "false"):
        raise QuestionError(f"The filter newest is true or false, not {newest!r:.100}.")
    lists = {name: values[name] for name in LISTS if name in values}
    dates = {name: values[name][0] for name in DATES if name in values}
    return read_filters({**lists, **dates, NEWEST: newest == "true"})
