"""An answer, kept turns, conversations → the plain values of which the page is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assistant.conversations.records import ConversationSummary, KeptTurn
from assistant.display import direction_of, printable
from assistant.interfaces.rendering import answer_to_html, link_of
from assistant.types import QUOTING_WRITER, Answer, Citation, Filters, Hit

LONGEST_TIP = 600  # characters of a passage beside the pointer

Shown = dict[str, Any]

Understood = Callable[[str], str]
"""A language → the words around the question as the turns before complete it."""


def answer_to_values(answer: Answer, understood: Understood) -> Shown:
    """Returns the answer as HTML, and the places that its numbers lead to."""
    places = [_place(citation, citation.number, citation.quote, citation.speaker_name) for citation in answer.citations]
    places += [_place(hit, 0, hit.text, "") for hit in answer.nearest]
    return {
        "html": answer_to_html(answer, understood(answer.language)),
        "places": places,
        "abstained": answer.abstained,
        "quoted": answer.writer == QUOTING_WRITER and not answer.note,
    }


def question_to_values(question: str, filters: Filters) -> Shown:
    """Returns a question with its direction and filters."""
    return {"question": question, "direction": direction_of(question), "filters": filters.to_dict()}


def turn_to_values(turn: KeptTurn, understood: Understood) -> Shown:
    """Returns a turn that was kept."""
    return {
        **question_to_values(turn.question, turn.filters),
        **answer_to_values(turn.answer, understood),
        "turn": turn.id,
        "verdict": turn.feedback.verdict,
        "note": turn.feedback.note,
    }


def summary_to_values(summary: ConversationSummary, excerpt: str = "") -> Shown:
    """Returns a line of the list of conversations; `excerpt` is where it says what was searched for."""
    return {
        "conversation": summary.id,
        "title": summary.title,
        "direction": direction_of(summary.title),
        "changed": summary.changed.isoformat(),
        "excerpt": excerpt,
        "excerpt_direction": direction_of(excerpt),
    }


def _place(place: Citation | Hit, number: int, words: str, speaker: str) -> Shown:
    article = place.article
    told = filter(None, (speaker, article.outlet, article.date))
    return {
        "link": link_of(place),
        "number": number,
        "quote": words if len(words) <= LONGEST_TIP else words[: LONGEST_TIP - 1].rstrip() + "…",
        "direction": direction_of(words),
        "language": article.language,
        "title": printable(article.title),
        "title_direction": direction_of(article.title),
        "told": [printable(part) for part in told],
    }
