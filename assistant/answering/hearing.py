"""Ranked sentences, a question → the same with their speakers, those before all others whose words it asks for.

"What did Stoltenberg say?" asks for Stoltenberg's statements: sentences about him are as near to the question, or
nearer, and answer nothing. Who says a sentence is told by the whole article, so that "he said" counts as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.answering.gathering import Evidence, best_first, sentence_score
from assistant.answering.speaking import Asked, Speaking, asks_for_words, find_mention, find_speakers, speaks
from assistant.corpus.splitting import split_sentences
from assistant.types import Article, Hit, Span

Alike = Callable[[str, str], float]
"""How alike two texts are in what they say, in standard deviations above unrelated ones (`retrieval.likeness`)."""

# Above this two ways to name somebody mean the same person (`speaks`).
SAME_PERSON = 0.5

# What it adds to a sentence, in its score's unit, that somebody says it where "who said" is asked; and what the best
# evidence loses when the one who is asked about says nothing.
SAID_BY_SOMEBODY = 1.0
SAYS_NOTHING = 2.5

# Somebody's statements answer what they said, whatever it is: the score that these have, and what a sure speaker adds.
STATEMENT = 7.0
SAID = 2.0

# What a statement gains by being about the matter that is asked, for each standard deviation.
ON_THE_MATTER = 0.7

# What it adds that the question mentions the speaker, and asks for somebody's words; or does not seem to.
MENTIONED_AS_SPEAKER = 2.0
MENTIONED = 0.5

MOST_COMPARED = 8  # statements that are compared with the matter, the best found

# An answer names a speaker only when this sure.
SURE_TO_NAME = 0.6

# Characters of an article around a hit that are read for speakers: the naming may be far before the statement.
READ_AROUND = 20_000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Whose words a question wants: `speaker` where it says so, else whoever it mentions; and about what."""

    question: str
    language: str
    speaker: str
    about: str
    for_words: bool


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence of somebody whom the question means, how surely it is theirs, and what the question asks of them."""

    piece: Evidence
    sure: float
    about: str


def unlike(one: str, other: str) -> float:  # noqa: ARG001
    """Tells nothing of how alike two texts are."""
    return 0.0


def hear(
    ranked: Sequence[Evidence],
    hits: Sequence[Hit],
    asked: Asked,
    question: str = "",
    language: str = "",
    alike: Alike = unlike,
) -> list[Evidence]:
    """Returns the evidence for a question, best first, with what the speakers whom it means say.

    `asked` is what `read_asked` finds in the question, which is in `language`.

    Where it asks what somebody says, their sentences come before all others, those too that were not found; where they
    say nothing, the sentences stay, and count less. Where it mentions a speaker otherwise, theirs gain a little.
    """
    if asked.who:
        return best_first(_said_by_somebody(piece) for piece in ranked)
    wanted = _Wanted(
        question, language, asked.speaker, asked.about, bool(asked.speaker) or asks_for_words(question, language)
    )
    said = [statement for hit in _first_of_articles(hits) for statement in _statements(hit, ranked, wanted)]
    if not said:
        return [replace(piece, score=piece.score - SAYS_NOTHING) for piece in ranked] if asked.speaker else list(ranked)
    weighed = _weighed(said, wanted, alike)
    if asked.speaker:
        return best_first(weighed)
    others = {(piece.article.id, piece.start, piece.end): piece for piece in ranked}
    return best_first((others | {(it.article.id, it.start, it.end): it for it in weighed}).values())


def _weighed(said: Sequence[_Statement], wanted: _Wanted, alike: Alike) -> list[Evidence]:
    """Returns the statements with what they are worth."""
    found = sorted(said, key=lambda statement: -statement.piece.score)
    weighed = []
    for rank, statement in enumerate(found):
        piece, sure = statement.piece, statement.sure
        on_it = 0.0
        if statement.about and wanted.for_words and rank < MOST_COMPARED:
            on_it = ON_THE_MATTER * alike(statement.about, piece.text)
        if wanted.speaker and not statement.about:
            score = STATEMENT + SAID * sure
        elif wanted.speaker:
            score = piece.score + SAID * sure + on_it
        else:
            score = piece.score + (MENTIONED_AS_SPEAKER if wanted.for_words else MENTIONED) * sure + on_it
        weighed.append(replace(piece, score=score))
    return weighed


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


def _statements(hit: Hit, ranked: Sequence[Evidence], wanted: _Wanted) -> list[_Statement]:
    """Returns the sentences of a hit's article that somebody says whom the question means."""
    article = hit.article
    scores = {(piece.start, piece.end): piece.score for piece in ranked if piece.article.id == article.id}
    meant: dict[Span, tuple[float, str]] = {}
    said = []
    for place, those in _speakings(article, hit.start).items():
        for one in those:
            if one.speaker not in meant:
                meant[one.speaker] = _meant(wanted, article.text[one.speaker.start : one.speaker.end])
        sure, about, speaking = max(
            ((meant[one.speaker][0] * one.certainty, meant[one.speaker][1], one) for one in those),
            key=lambda found: found[0],
        )
        if sure:
            score = scores.get(place, sentence_score(hit, None))
            said.append(_Statement(Evidence(article, *place, score, speaking.speaker), sure, about))
    return said


def _meant(wanted: _Wanted, name: str) -> tuple[float, str]:
    """Returns how surely a question means a speaker, and what it asks of them."""
    if wanted.speaker:
        likeness = speaks(wanted.speaker, name)
        return (likeness, wanted.about) if likeness >= SAME_PERSON else (0.0, "")
    mention = find_mention(wanted.question, wanted.language, name)
    if mention is None or mention.certainty < SAME_PERSON:
        return 0.0, ""
    rest = wanted.question[: mention.span.start] + " " + wanted.question[mention.span.end :]
    return mention.certainty, " ".join(rest.split())


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
