"""An answer ↔ plain values that show it again exactly, whatever becomes of its articles.

Of an article only what is quoted or shown is kept, with its place. The answer that is made of that has articles whose
text is blank but for those places, so that everything that shows an answer shows this one too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from assistant.errors import ConversationError
from assistant.types import Answer, Article, Citation, Hit, ScoredSpan, Span, Statement

LONGEST_ARTICLE = 100_000_000  # code points; a place beyond is none

_PARTS_OF_AN_ANSWER = ("statements", "citations", "nearest")


Place = tuple[int, str]  # where a piece of an article begins, and the piece


def values_of(answer: Answer) -> dict[str, Any]:
    """Returns the answer as plain JSON values for `answer_of`."""
    articles = _Numbered()
    return {
        **_plain(answer, _PARTS_OF_AN_ANSWER),
        "statements": [_plain(statement) for statement in answer.statements],
        "citations": [_citation_values(citation, articles) for citation in answer.citations],
        "nearest": [_hit_values(hit, articles) for hit in answer.nearest],
        "articles": articles.values,
    }


def answer_of(values: Mapping[str, Any]) -> Answer:
    """Returns the answer that `values_of` made these values of. Raises `ConversationError` for any others."""
    try:
        articles = _articles_of(values)
        return Answer(
            **_known(Answer, values, _PARTS_OF_AN_ANSWER),
            statements=tuple(Statement(**_known(Statement, it)) for it in values["statements"]),
            citations=tuple(_citation_of(it, articles) for it in values["citations"]),
            nearest=tuple(_hit_of(it, articles) for it in values["nearest"]),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as problem:
        raise ConversationError(
            f"An answer was kept in a form that this version cannot read ({problem!r:.100}). Use the version that "
            "kept it, or ask the question again."
        ) from None


class _Numbered:
    """The articles of an answer, each told once; the places in it name them by their number."""

    def __init__(self) -> None:
        self.values: list[dict[str, Any]] = []
        self._numbers: dict[tuple[int, str], int] = {}

    def number(self, article: Article) -> int:
        key = (article.id, article.path)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(_plain(article, ("text",)))
        return self._numbers[key]


def _citation_values(citation: Citation, articles: _Numbered) -> dict[str, Any]:
    speaker = citation.speaker
    return {
        "number": citation.number,
        "article": articles.number(citation.article),
        "start": citation.start,
        "end": citation.end,
        "score": citation.score,
        "quote": citation.quote,
        "speaker": [speaker.start, speaker.end] if speaker else None,
        "speaker_name": citation.speaker_name,
    }


def _citation_of(values: Mapping[str, Any], articles: list[Article]) -> Citation:
    speaker = values["speaker"]
    return Citation(
        values["number"],
        articles[values["article"]],
        values["start"],
        values["end"],
        values["score"],
        Span(*speaker) if speaker else None,
    )


def _hit_values(hit: Hit, articles: _Numbered) -> dict[str, Any]:
    return {
        **_place_values(hit, articles),
        "text": hit.text,
        "sentences": [[sentence.start, sentence.end, sentence.score] for sentence in hit.sentences],
        "alike": [_place_values(other, articles) for other in hit.alike],
    }


def _place_values(hit: Hit, articles: _Numbered) -> dict[str, Any]:
    return {"article": articles.number(hit.article), "start": hit.start, "end": hit.end, "score": hit.score}


def _hit_of(values: Mapping[str, Any], articles: list[Article]) -> Hit:
    return Hit(
        articles[values["article"]],
        values["start"],
        values["end"],
        values["score"],
        tuple(ScoredSpan(*sentence) for sentence in values.get("sentences", ())),
        tuple(_hit_of(other, articles) for other in values.get("alike", ())),
    )


def _articles_of(values: Mapping[str, Any]) -> list[Article]:
    places: list[list[Place]] = [[] for _ in values["articles"]]
    for citation in values["citations"]:
        places[citation["article"]].append((citation["start"], citation["quote"]))
        if citation["speaker"]:
            places[citation["article"]].append((citation["speaker"][0], citation["speaker_name"]))
    for hit in values["nearest"]:
        places[hit["article"]].append((hit["start"], hit["text"]))
    return [
        Article(text=_text_with(pieces), **_known(Article, told, ("text",)))
        for told, pieces in zip(values["articles"], places, strict=True)
    ]


def _text_with(places: Iterable[Place]) -> str:
    """Returns a text that holds each piece in its place, and spaces everywhere else."""
    parts: list[str] = []
    written = 0
    for start, piece in sorted(places):
        if not 0 <= start <= LONGEST_ARTICLE:
            raise ValueError(start)
        parts.append(" " * (start - written))
        parts.append(piece[max(written - start, 0) :])  # pieces of one article may overlap, and then agree
        written = max(written, start + len(piece))
    return "".join(parts)


def _plain(record: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record) if field.name not in without}


def _known(kind: Any, values: Mapping[str, Any], without: tuple[str, ...] = ()) -> dict[str, Any]:
    # A field that is new since then keeps its default, one that is gone is passed over.
    names = [field.name for field in fields(kind) if field.name in values and field.name not in without]
    return {name: tuple(values[name]) if isinstance(values[name], list) else values[name] for name in names}
