"""An invented article and answers that quote it, made by hand so that every field of theirs holds something."""

from __future__ import annotations

from dataclasses import replace

from assistant.types import Answer, Article, Citation, Span, Statement

FERRY = Article(
    "news/ferry.en.txt",
    "The ferry to Ostrava Island",
    "en",
    "The ferry to Ostrava Island sails again. "
    "Captain Lidia Marsh said: “The engine is repaired.” Tickets cost six crowns.",
    ("copies/ferry.txt",),
    41,
    "2031-04-02",
    "Harbour Herald",
    "https://herald.example/ferry",
)


def written(question: str, quote: str, article: Article = FERRY, **changes: object) -> Answer:
    start = article.text.index(quote)
    speaker = article.text.find("Lidia Marsh")
    span = Span(speaker, speaker + 11) if speaker >= 0 else None
    citation = Citation(1, article, start, start + len(quote), 3.123456789, span)
    statement = Statement(f"“{quote}”", article.language, (1,), "quote")
    answer = Answer(question, "en", False, 0.87654321, (statement,), (citation,))
    return replace(answer, **changes)  # type: ignore[arg-type]


REPAIRED = written("Does the ferry sail?", "The engine is repaired.")
