"""What programs send and get, as models: the checks of their requests, and the schemas of OpenAPI and MCP.

An answer's own dictionary is what is sent; its model describes it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.question import read_filters
from assistant.types import Filters, StatementKind, Turn

MOST_HITS = 1_000


class Sent(BaseModel):
    """What a program sends: fields that nobody knows are refused."""

    model_config = ConfigDict(extra="forbid")


class Got(BaseModel):
    """What a program gets."""

    model_config = ConfigDict(extra="allow")


class FilterFields(Sent):
    """Which articles a question is asked of; each empty field lets all through."""

    languages: Annotated[list[str], Field(description="ISO 639 codes of the articles' languages, any of them.")] = []
    outlets: Annotated[list[str], Field(description="Outlets, any of them.")] = []
    articles: Annotated[list[str], Field(description="Paths below seeds/, any of them.")] = []
    since: Annotated[str, Field(description="The first day: 2021, 2021-12 or 2021-12-31.")] = ""
    until: Annotated[str, Field(description="The last day: 2021, 2021-12 or 2021-12-31.")] = ""
    newest: Annotated[bool, Field(description="The newest of what answers first.")] = False

    def filters(self) -> Filters:
        """Returns the filters. Raises `QuestionError` for a value that cannot be."""
        return read_filters(self.model_dump(include=set(FilterFields.model_fields)))


class TurnFields(Sent):
    """A question asked before, and its answer."""

    question: str
    answer: str = ""

    def turn(self) -> Turn:
        """Returns the turn."""
        return Turn(self.question, self.answer)


class QueryRequest(Sent):
    """A question, and what belongs to it."""

    question: Annotated[str, Field(description="A question, in any language; at most 4,000 characters.")]
    history: list[TurnFields] = Field([], description="The turns before, oldest first; they complete a follow-up.")
    filters: FilterFields = Field(FilterFields(), description="The articles to ask.")
    language: str | None = Field(None, description="The ISO 639 code to answer in, else the question's own language.")


class SearchParameters(FilterFields):
    """A search, as parameters of an address."""

    q: str = Field(description="What to look for, in any language.")
    limit: int = Field(10, ge=1, le=MOST_HITS, description="How many passages at most.")


class ListParameters(Sent):
    """A part of the list of articles, as parameters of an address."""

    offset: int = Field(0, ge=0, description="How many articles to pass over.")
    limit: int = Field(100, ge=1, le=1_000, description="How many articles at most.")
    path: str = Field("", description="Only the article at this path below seeds/.")


class StatementModel(Got):
    """A line of an answer and the numbers of the citations that prove it."""

    text: str
    language: str
    citations: list[int]
    kind: StatementKind


class CitationModel(Got):
    """A numbered quote: the code points `start` to `end` of the article at `path`."""

    number: int
    quote: str
    start: int
    end: int
    path: str
    title: str
    article_language: str
    date: str
    outlet: str
    link: str
    speaker: str
    score: float


class AlikeModel(Got):
    """A further passage with nearly the same words."""

    path: str
    start: int
    end: int
    title: str


class HitModel(Got):
    """A passage that fits a question; its score counts standard deviations above unrelated text."""

    text: str
    start: int
    end: int
    path: str
    title: str
    article_language: str
    date: str
    outlet: str
    link: str
    score: float
    alike: list[AlikeModel]


class AnswerModel(Got):
    """What the articles say to a question, or, when it abstains, that they say nothing."""

    question: str
    answer: str
    language: str
    abstained: bool
    confidence: float
    understood: str
    writer: str
    note: str
    statements: list[StatementModel]
    citations: list[CitationModel]
    nearest: list[HitModel]


class SearchModel(Got):
    """The passages that fit a question, best first."""

    question: str
    hits: list[HitModel]


class IndexedModel(Got):
    """What is known of an article without its text."""

    id: int
    path: str
    title: str
    language: str
    copies: list[str]
    date: str
    outlet: str
    link: str
    passages: int
    characters: int


class ArticlesModel(Got):
    """A part of what is indexed, by path, and how many articles there are."""

    total: int
    articles: list[IndexedModel]


class ArticleModel(Got):
    """A whole article, as it was indexed."""

    id: int
    path: str
    title: str
    language: str
    copies: list[str]
    date: str
    outlet: str
    link: str
    text: str


class ReportModel(Got):
    """What a rebuild did: paths below seeds/; `failed` maps paths to reasons."""

    added: list[str]
    changed: list[str]
    removed: list[str]
    unchanged: list[str]
    failed: dict[str, str]
    embedded: int
    seconds: float
    notes: list[str]


class IndexModel(Got):
    """The state of the index; `rebuilding` tells how far a rebuild of this server has come, null when there is none."""

    built: bool
    rebuilding: str | None


class QuestionsModel(Got):
    """How many questions are being answered, and how many wait."""

    answering: int
    waiting: int


class HealthModel(Got):
    """Whether questions can be answered. Strangers to a server with a password get the status alone."""

    status: Literal["ok", "building", "no index"]
    version: str = ""
    index: IndexModel | None = None
    model_loaded: bool | None = None
    questions: QuestionsModel | None = None


class ErrorFields(Got):
    """One sentence, and a type for programs."""

    message: str
    type: str


class ErrorModel(Got):
    """What every door tells when something is refused or fails."""

    error: ErrorFields
