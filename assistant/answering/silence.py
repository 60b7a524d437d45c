"""Ranked sentences, a question whose speaker says nothing in them → those that may answer it all the same, or none.

"What did Velt say?" has no answer where nobody quotes Velt, however much the articles say about Velt. What Velt
promised or wants, they may tell in their own words; and what a report or a council says, as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answering.gathering import Evidence, best_first
from assistant.answering.speaking import Asked, before_words, find_mention, is_read, is_somebody
from assistant.answering.statements import SAME_PERSON, speaking_of

# What sentences lose where the question asks what a thing or an institution says, or what somebody promised,
# demanded, called it; and what those lose besides that somebody else says, of whom this surely is.
SAYS_NOTHING_OF_THE_KIND = 1.0
SAID_BY_ANOTHER, SURELY_ANOTHER = 1.0, 0.6

# A quotation that is somebody's speech, and not the name of a film: behind a colon or a comma, or ended as a sentence.
SPEECH = re.compile(r'[:：,،，]\s*["“„«「『]|[.!?,،。！？؟…]["”“»」』]')


def without_statements(ranked: Sequence[Evidence], asked: Asked, language: str, *, anything: bool) -> list[Evidence]:
    """Returns the evidence for a question when nobody whom it means says a sentence of it, best first.

    `anything` is whether it asks for whatever they said. Then nothing answers it but a quotation of nobody known beside
    their name, and sentences that name them in languages in which nobody can tell who speaks (`is_read`).
    """
    if not asked.speaker:
        return list(ranked)
    texts = {piece.article.id: piece.article.text for piece in ranked}
    if anything and is_somebody(asked.speaker, language, texts.values(), institutions=not asked.about):
        return best_first(_perhaps_theirs(ranked, asked.speaker))
    return best_first(replace(piece, score=piece.score - _lost(piece)) for piece in ranked)


def _perhaps_theirs(ranked: Sequence[Evidence], speaker: str) -> Iterator[Evidence]:
    for piece in ranked:
        language = piece.article.language
        if is_read(language) and (speaking_of(piece) or not SPEECH.search(piece.text)):
            continue
        mention = find_mention(before_words(piece.text, language), language, speaker)
        if mention and mention.certainty >= SAME_PERSON:
            yield replace(piece, score=piece.score - _lost(piece))


def _lost(piece: Evidence) -> float:
    speaking = speaking_of(piece)
    another = speaking is not None and speaking.certainty >= SURELY_ANOTHER
    return SAYS_NOTHING_OF_THE_KIND + SAID_BY_ANOTHER * another
