"""A claim and the place that should prove it → whether the claim lets somebody else say it than the article does."""

from __future__ import annotations

from functools import lru_cache

from assistant.answering.speaking import find_speakers, speaks
from assistant.answering.statements import speakings
from assistant.corpus.splitting import split_sentences
from assistant.types import Article, Span

SAME_PERSON = 0.5  # as `speaks` tells


def is_said_by_another(claim: str, language: str, article: Article, span: Span) -> bool:
    """Tells whether a claim says who says it, and the article does not let them say these words."""
    claimed = claimed_speakers(claim, language)
    if not claimed:
        return False
    spoken = speakings(article, span.start)
    there = [
        article.text[one.speaker.start : one.speaker.end]
        for (start, end), those in spoken.items()
        if start < span.end and span.start < end
        for one in those
    ]
    return not all(any(speaks(name, it, article.language) >= SAME_PERSON for it in there) for name in claimed)


@lru_cache(maxsize=500)
def claimed_speakers(claim: str, language: str) -> tuple[str, ...]:
    """Returns who says it, as a claim says."""
    said = find_speakers(claim, language, list(split_sentences(claim, language)))
    return tuple(dict.fromkeys(claim[one.speaker.start : one.speaker.end] for one in said))
