"""Ranked sentences, whose words are asked → the same with their speakers, the speaker's own before all others.

"What did Stoltenberg say?" asks for Stoltenberg's statements: sentences about him are as near to the question, or
nearer, and answer nothing. Who says a sentence is told by the whole article, so that "he said" counts as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.answering.gathering import Evidence, best_first, sentence_score
from assistant.answering.speaking import Asked, Speaking, find_speakers, speaks
from assistant.corpus.splitting import split_sentences
from assistant.types import Article, Hit, Span

# Above this two ways to name somebody mean the same person (`speaks`).
SAME_PERSON = 0.5

# What it adds to a sentence, in its score's unit, that the one who is asked about surely says it, and that somebody
# says it where "who said" is asked; and what the best evidence loses when the one who is asked about says nothing.
SAID = 3.0
SAID_BY_SOMEBODY = 1.0
SAYS_NOTHING = 2.5

# An answer names a speaker only when this sure.
SURE_TO_NAME = 0.6

# Characters of an article around a hit that are read for speakers: the naming may be far before the statement.
READ_AROUND = 20_000


def hear(ranked: Sequence[Evidence], hits: Sequence[Hit], asked: Asked) -> list[Evidence]:
    """Returns the evidence for a question that asks what somebody says, or who says something, best first.

    Sentences of the hits' articles that were not found, but are said by whom the question asks about, come with it.
    Where that one says nothing, the sentences stay, and count less.
    """
    if asked.who:
        return best_first(_said_by_somebody(piece) for piece in ranked)
    said = [piece for hit in _first_of_articles(hits) for piece in _said_by(asked.speaker, hit, ranked)]
    if said:
        return best_first(said)
    return [replace(piece, score=piece.score - SAYS_NOTHING) for piece in ranked]


def name_speakers(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Returns the evidence with who says it, where that is sure and was not known yet."""
    return [piece if piece.speaker else _named(piece) for piece in evidence]


def _said_by_somebody(piece: Evidence) -> Evidence:
    speaking = _speaking(piece)
    if speaking is None:
        return piece
    return replace(piece, score=piece.score + SAID_BY_SOMEBODY * speaking.certainty, speaker=speaking.speaker)


def _named(piece: Evidence) -> Evidence:
    speaking = _speaking(piece)
    sure = speaking is not None and speaking.certainty >= SURE_TO_NAME
    return replace(piece, speaker=speaking.speaker) if speaking and sure else piece


def _speaking(piece: Evidence) -> Speaking | None:
    spoken = _speakings(piece.article, piece.start)
    within = [those[0] for place, those in spoken.items() if piece.start <= place[0] and place[1] <= piece.end]
    return max(within, key=lambda speaking: speaking.certainty, default=None)


def _said_by(speaker: str, hit: Hit, ranked: Sequence[Evidence]) -> list[Evidence]:
    """Returns the sentences of a hit's article that the speaker says."""
    scores = {(piece.start, piece.end): piece.score for piece in ranked if piece.article.id == hit.article.id}
    said = []
    for place, those in _speakings(hit.article, hit.start).items():
        sure, speaking = max(
            ((_is_named(speaker, hit.article, one.speaker) * one.certainty, one) for one in those),
            key=lambda pair: pair[0],
        )
        if sure:
            score = scores.get(place, sentence_score(hit, None)) + SAID * sure
            said.append(Evidence(hit.article, *place, score, speaking.speaker))
    return said


def _is_named(speaker: str, article: Article, span: Span) -> float:
    likeness = speaks(speaker, article.text[span.start : span.end])
    return likeness if likeness >= SAME_PERSON else 0.0


def _speakings(article: Article, near: int) -> Mapping[tuple[int, int], Sequence[Speaking]]:
    """Returns who says each sentence of an article, or of the part around a place in a long one; main speaker first."""
    text = article.text
    if len(text) <= 2 * READ_AROUND:
        return _read(text, article.language, 0, len(text))
    # Sentences never cross a line's end, so that a part of whole lines has the sentences of the whole article.
    step = near // READ_AROUND * READ_AROUND
    start = text.rfind("\n", 0, max(0, step - READ_AROUND)) + 1
    end = text.find("\n", step + 2 * READ_AROUND)
    return _read(text, article.language, start, len(text) if end < 0 else end)


@lru_cache(maxsize=64)  # one question after another asks about the same articles
def _read(text: str, language: str, start: int, end: int) -> Mapping[tuple[int, int], Sequence[Speaking]]:
    part = text[start:end]
    found: dict[tuple[int, int], list[Speaking]] = {}
    for speaking in find_speakers(part, language, list(split_sentences(part, language))):
        moved = Speaking(_moved(speaking.sentence, start), _moved(speaking.speaker, start), speaking.certainty)
        found.setdefault((moved.sentence.start, moved.sentence.end), []).append(moved)
    return found


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _first_of_articles(hits: Sequence[Hit]) -> list[Hit]:
    best: dict[int, Hit] = {}
    for hit in hits:
        best.setdefault(hit.article.id, hit)
    return list(best.values())
