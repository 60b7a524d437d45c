"""Citation → the line of an answer that shows its words."""

from __future__ import annotations

from assistant.answering.frames import Frames
from assistant.types import Citation, Statement


def state_quote(citation: Citation, frames: Frames) -> Statement:
    """Returns a citation's words between the quotation marks of the article's language, with its number."""
    language = citation.article.language
    quoted = frames.of(language).quote.format(quote=citation.quote)
    return Statement(quoted, language, (citation.number,), "quote")
