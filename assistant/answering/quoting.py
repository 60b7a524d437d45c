"""Evidence → Answer without a language model: exact quotes, by who says them and where; or the word that there is none.

What bears the answer most stands first. Around it, quotes of one speaker or article stand together, in reading order;
words that go on are one quote, and words that were said are not said again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering.citing import state_quote
from assistant.answering.frames import Frame, Frames
from assistant.answering.gathering import Evidence
from assistant.corpus.splitting import LINE_BREAKS
from assistant.corpus.words import find_words
from assistant.retrieval.grouping import group_alike
from assistant.types import Answer, Article, Citation, Hit, Statement

NEAREST_PASSAGES = 3  # shown under an answer that abstains

LONGEST_JOINED = 600  # characters: sentences that go on are one quote until then

# Within a group the best ones go before reading order: who reads three quotes should have read the three best.
LEADING = 3

Name = frozenset[str]
"""The words of a speaker's name; none, where nobody in particular speaks."""


@dataclass(frozen=True, slots=True)
class _Quote:
    """Evidence shown in one piece; `rank` is the place, from 0, that its best sentence has among all."""

    piece: Evidence
    rank: int


@dataclass(frozen=True, slots=True)
class _Group:
    """The quotes of one speaker in one article, or of nobody in particular, as they are shown."""

    article: Article
    speaker: str  # exactly as the article has it; empty where nobody in particular speaks
    quotes: tuple[_Quote, ...]


def write_answer(
    question: str,
    language: str,
    confidence: float,
    evidence: Sequence[Evidence],
    frames: Frames,
    missing: Sequence[str] = (),
) -> Iterator[Answer]:
    """Yields the answer growing by a quote at a time; the last one is whole. Needs at least one piece of evidence.

    `evidence` comes best first, and its best is the first quote. `missing` are the words of the question, such as a
    name or a number, that no quote holds: the last line says so.
    """
    frame, spoken = frames.of(language), frames.spoken(language)
    groups = _group(_without_repeats(evidence))
    left = sum(len(group.quotes) for group in groups)
    citations: list[Citation] = []
    statements: list[Statement] = []
    for group in groups:
        heading = _heading(group, groups, frame)
        if heading:
            statements.append(Statement(heading, spoken, kind="heading"))
        for quote in group.quotes:
            citation = _cite(quote.piece, len(citations) + 1)
            citations.append(citation)
            statements.append(state_quote(citation, frames))
            left -= 1
            if missing and not left:
                statements.append(Statement(frame.lacks(missing), spoken))
            yield Answer(question, language, False, confidence, tuple(statements), tuple(citations))


def write_nothing(
    question: str, language: str, confidence: float, hits: Sequence[Hit], frames: Frames, *, narrow: bool = False
) -> Answer:
    """Returns the answer that the articles say nothing about it, with the nearest passages as such.

    Some passage is always the nearest: where there is none, `narrow` tells that filters have left out every article.
    """
    frame = frames.of(language)
    words = frame.nothing if hits else frame.none_chosen if narrow else frame.no_articles
    return Answer(
        question,
        language,
        True,
        confidence,
        (Statement(words, frames.spoken(language)),),
        nearest=tuple(hits[:NEAREST_PASSAGES]),
        nearest_heading=frame.nearest if hits else "",
    )


def _heading(group: _Group, groups: Sequence[_Group], frame: Frame) -> str:
    one_article = all(other.article == group.article for other in groups)
    if group.speaker:
        return frame.heading(group.speaker, None if one_article else group.article)
    return frame.heading("", group.article) if len(groups) > 1 else ""


def _cite(piece: Evidence, number: int) -> Citation:
    return Citation(number, piece.article, piece.start, piece.end, piece.score, piece.speaker)


def _without_repeats(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Returns the evidence without what says nearly the same as better evidence.

    Another number, or the same words out of another mouth, is no repeat: sources that disagree are both heard.
    """
    comparable: dict[tuple[frozenset[str], Name], list[Hit]] = defaultdict(list)
    for piece in evidence:
        hit = Hit(piece.article, piece.start, piece.end, piece.score)
        comparable[frozenset(re.findall(r"\d+", hit.text)), _name(piece)].append(hit)
    kept = {
        (hit.article, hit.start, hit.end)
        for hits in comparable.values()
        for hit in group_alike(hits, _words, len(hits))
    }
    shown: dict[tuple[Article, int, int], Evidence] = {}
    for piece in evidence:
        place = (piece.article, piece.start, piece.end)
        if place in kept:
            shown.setdefault(place, piece)
    return list(shown.values())


def _words(hit: Hit) -> frozenset[str]:
    return frozenset(find_words(hit.text, hit.article.language))


def _group(evidence: Sequence[Evidence]) -> list[_Group]:
    """Returns the groups, that of the best evidence first."""
    names: dict[Article, set[Name]] = defaultdict(set)
    for piece in evidence:
        names[piece.article].add(_name(piece))
    found: dict[tuple[Article, Name], list[_Quote]] = defaultdict(list)
    for rank, piece in enumerate(evidence):
        found[piece.article, _fullest(_name(piece), names[piece.article])].append(_Quote(piece, rank))
    return [_Group(article, _called(name, quotes), _arrange(quotes)) for (article, name), quotes in found.items()]


def _name(piece: Evidence) -> Name:
    return frozenset(find_words(_speaker(piece), piece.article.language))


def _speaker(piece: Evidence) -> str:
    return piece.article.text[piece.speaker.start : piece.speaker.end] if piece.speaker else ""


def _fullest(name: Name, names: Iterable[Name]) -> Name:
    # "Brandoval" is who the same article calls "Ilse Brandoval", unless it quotes another Brandoval too.
    fuller = [other for other in names if name <= other] if name else [name]
    fullest = max(fuller, key=len)
    return fullest if all(other <= fullest for other in fuller) else name


def _called(name: Name, quotes: Sequence[_Quote]) -> str:
    return next((_speaker(quote.piece) for quote in quotes if name and _name(quote.piece) == name), "")


def _arrange(quotes: Sequence[_Quote]) -> tuple[_Quote, ...]:
    """Returns the quotes as they are shown: the best first, then the others in reading order."""
    joined = _join(quotes)
    best = min(quote.rank for quote in joined)
    return tuple(
        sorted(joined, key=lambda quote: (quote.rank != best, quote.rank >= LEADING, quote.piece.start, quote.rank))
    )


def _join(quotes: Sequence[_Quote]) -> list[_Quote]:
    """Returns the quotes in reading order, with those that go on in one line of the article, or overlap, made one."""
    joined: list[_Quote] = []
    for quote in sorted(quotes, key=lambda quote: (quote.piece.start, -quote.piece.end)):
        if joined and _goes_on(joined[-1].piece, quote.piece):
            joined[-1] = _made_one(joined[-1], quote)
        else:
            joined.append(quote)
    return joined


def _made_one(before: _Quote, after: _Quote) -> _Quote:
    better = min(before, after, key=lambda quote: quote.rank)
    end = max(before.piece.end, after.piece.end)
    return _Quote(replace(better.piece, start=before.piece.start, end=end), better.rank)


def _goes_on(before: Evidence, after: Evidence) -> bool:
    if after.end <= before.end:
        return True
    between = before.article.text[before.end : after.start]
    near = not between.strip() and not LINE_BREAKS.search(between)
    return near and after.end - before.start <= LONGEST_JOINED
