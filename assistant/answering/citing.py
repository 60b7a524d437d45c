"""Citation → the line of an answer that shows its words."""

from __future__ import annotations

from assistant.answering.frames import Frames
from assistant.corpus.splitting import SENTENCE_ENDS
from assistant.types import Citation, Statement

QUOTATION_MARKS = frozenset('"«»“”„‟「」『』‹›')


def state_quote(citation: Citation, frames: Frames) -> Statement:
    """Returns a citation's words between the quotation marks of the article's language, with its number.

    Words that begin and end with marks of their own get no second pair around them.
    """
    language, words = citation.article.language, citation.quote
    marked = words[:1] in QUOTATION_MARKS and words.rstrip(SENTENCE_ENDS)[-1:] in QUOTATION_MARKS and len(words) > 1
    quoted = words if marked else frames.of(language).quote.format(quote=words)
    return Statement(quoted, language, (citation.number,), "quote")
