"""What the tools of MCP take and give, as models; their docstrings and descriptions are what a language model reads."""

from __future__ import annotations

from pydantic import Field

from assistant.interfaces.serving.models import FilterFields, Got, HitModel, Sent, TurnFields

LONGEST_PART = 100_000  # characters of an article at once


class QueryArguments(Sent):
    """Ask the articles a question, in any language.

    The answer is made of exact quotes from the articles, numbered, each with its place and speaker; or it says that the
    articles say nothing about it. Nothing is made up.
    """

    question: str = Field(description="A question, in any language; at most 4,000 characters.")
    history: list[TurnFields] = Field([], description="The turns before, oldest first; they complete a follow-up.")
    filters: FilterFields = Field(FilterFields(), description="The articles to ask.")
    language: str | None = Field(None, description="The ISO 639 code to answer in, else the question's own language.")


class SearchArguments(Sent):
    """Find the passages of the articles that fit a question best, in any language, best first."""

    question: str = Field(description="What to look for, in any language.")
    limit: int = Field(10, ge=1, le=100, description="How many passages at most.")
    filters: FilterFields = Field(FilterFields(), description="The articles to search.")


class ReadArguments(Sent):
    """Read an article, or a part of it, as it was indexed: quotes of `query` are slices of this text."""

    path: str = Field(description="The article's path, as quotes and passages name it.")
    start: int = Field(0, ge=0, description="The first character to read, counted in code points.")
    characters: int = Field(20_000, ge=1, le=LONGEST_PART, description="How many characters at most.")


class RebuildArguments(Sent):
    """Bring the index in line with the articles' folder, after files were added, changed or removed.

    Only what is new is embedded; progress is told on the way, and questions go on being answered meanwhile.
    """


class FoundModel(Got):
    """The passages that fit a question, best first."""

    question: str
    hits: list[HitModel]


class PartModel(Got):
    """The code points `start` to `end` of an article that has `characters` of them, and what its file tells of it."""

    path: str
    title: str
    language: str
    date: str
    outlet: str
    link: str
    start: int
    end: int
    characters: int
    text: str
