"""The articles of hits, a question → the sentences that somebody says there whom the question means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.gathering import Evidence
from assistant.answering.leading_elsewhere import leads_elsewhere
from assistant.answering.speaking import (
    Speaking,
    asks_for_words,
    find_mention,
    find_speakers,
    holds_office,
    office_alone,
    offices_in,
    speaks,
)
from assistant.corpus.reading import body_start
from assistant.corpus.splitting import split_sentences
from assistant.types import Article, Hit, Span

# Above this two ways to name somebody mean the same person (`speaks`); somebody less surely meant than this share of
# the surest is somebody else.
SAME_PERSON = 0.5
AS_SURE = 0.85

# Somebody whom an article's beginning names beside an office without a name may hold it, and its only one if it is
# named nowhere else.
BEGINNING = 800  # characters
SURELY_NAMED = 0.75
NAMED_BESIDE, NAMED_IN_HEADLINE, NAMED_ABOVE = 0.8, 0.7, 0.55

# What several people are, so that "the resident" is not whom the article is about; nor is "the lawyer" it.
_MANY_HOLD = (
    "resident witness critic analyst official farmer fisherman student teacher driver passenger parent journalist "
    "activist lawmaker doctor scientist engineer member shopkeeper customer player candidate author supporter owner "
    "spokesperson adviser lawyer deputy"
)
MANY_HOLD = frozenset(_MANY_HOLD.split())

# Characters of an article around a hit that are read for speakers: the naming may be far before the statement.
READ_AROUND = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose words a question wants: `speaker` where it says so, else whoever it mentions; and `about` what."""

    question: str
    language: str
    speaker: str
    about: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, how surely the question means its speaker and how surely it is theirs, and what the question asks.

    `for_words` is whether it seems to ask for what they say.
    """

    hit: Hit
    place: Span
    speaker: Span
    likeness: float
    certainty: float
    about: str
    for_words: bool


@dataclass(frozen=True, slots=True)
class _Meant:
    likeness: float
    about: str = ""
    for_words: bool = True


NOBODY = _Meant(0.0)


def find_said(hits: Sequence[Hit], wanted: Wanted) -> list[Said]:
    """Returns the sentences of the hits' articles that somebody says whom the question means."""
    best: dict[int, Hit] = {}
    for hit in hits:
        best.setdefault(hit.article.id, hit)
    said = [sentence for hit in best.values() for sentence in _said_in(hit, wanted)]
    surest = max((sentence.likeness for sentence in said), default=0.0)
    return [sentence for sentence in said if sentence.likeness >= AS_SURE * surest]


def speakings(article: Article, near: int) -> Mapping[tuple[int, int], Sequence[Speaking]]:
    """Returns who says each sentence of an article, or of the part around a place in a long one; main speaker first."""
    text = article.text
    body = body_start(article.path, text)  # "Source: Bay Post" is no speaker and what they say
    if len(text) <= 2 * READ_AROUND:
        return _read(text, article.language, body, len(text))
    # Sentences never cross a line's end, so that a part of whole lines has the sentences of the whole article.
    step = near // READ_AROUND * READ_AROUND
    start = max(body, text.rfind("\n", 0, max(0, step - READ_AROUND)) + 1)
    end = text.find("\n", step + 2 * READ_AROUND)
    return _read(text, article.language, start, len(text) if end < 0 else end)


def speaking_of(piece: Evidence) -> Speaking | None:
    """Returns who says a piece of evidence, most surely, or None."""
    spoken = speakings(piece.article, piece.start)
    within = [those[0] for place, those in spoken.items() if piece.start <= place[0] and place[1] <= piece.end]
    return max(within, key=lambda speaking: speaking.certainty, default=None)


def _said_in(hit: Hit, wanted: Wanted) -> Iterator[Said]:
    spoken = speakings(hit.article, hit.start)
    speakers = dict.fromkeys(one.speaker for those in spoken.values() for one in those)
    meant = {speaker: _meant(wanted, hit.article, speaker) for speaker in speakers}
    if wanted.speaker and not any(one.likeness for one in meant.values()):
        meant |= _nameless(wanted, hit.article, speakers)
    for (start, end), those in spoken.items():
        one = max(those, key=lambda speaking: meant[speaking.speaker].likeness * speaking.certainty)
        it = meant[one.speaker]
        if it.likeness and not leads_elsewhere(hit.article.text, start, end):
            yield Said(hit, Span(start, end), one.speaker, it.likeness, one.certainty, it.about, it.for_words)


def _meant(wanted: Wanted, article: Article, speaker: Span) -> _Meant:
    """Returns how surely a question means a speaker, and what it asks of them."""
    name = article.text[speaker.start : speaker.end]
    if wanted.speaker:
        likeness = speaks(wanted.speaker, name, article.language)
        if likeness < SAME_PERSON:
            likeness = holds_office(wanted.speaker, name, article.text[:BEGINNING], article.language)
        return _Meant(likeness, wanted.about) if likeness >= SAME_PERSON else NOBODY
    mention = find_mention(wanted.question, wanted.language, name, article.language)
    if mention is None or mention.certainty < SAME_PERSON:
        return NOBODY
    rest = wanted.question[: mention.span.start] + " " + wanted.question[mention.span.end :]
    near = asks_for_words(wanted.question, wanted.language, mention.span)
    return _Meant(mention.certainty, " ".join(rest.split()), near)


def _nameless(wanted: Wanted, article: Article, speakers: Iterable[Span]) -> Mapping[Span, _Meant]:
    """Returns the speakers who are called by an office alone that whoever the question asks about may hold.

    In scripts that write names like words, only the question tells which words are one.
    """
    offices = {
        speaker: office_alone(article.text[speaker.start : speaker.end], article.language) for speaker in speakers
    }
    alone = {speaker: office for speaker, office in offices.items() if office and not office & MANY_HOLD}
    if not alone:
        return {}
    beginning = article.text[:BEGINNING]
    lines = [beginning[line.start : line.end] for line in split_sentences(beginning, article.language)]
    mentions = ((line, find_mention(line, article.language, wanted.speaker)) for line in lines)
    named = [line for line, mention in mentions if mention and mention.certainty >= SURELY_NAMED]
    found = {}
    for speaker, office in alone.items():
        beside = any(office <= offices_in(line, article.language) for line in named)
        if beside or (named and len(alone) == 1):
            above = NAMED_IN_HEADLINE if named[0] == lines[0] else NAMED_ABOVE
            found[speaker] = _Meant(NAMED_BESIDE if beside else above, wanted.about)
    return found


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
