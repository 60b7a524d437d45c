"""A claim and a sentence of another language → whether the sentence has something for each word of the claim.

Words of two languages meet by the model's vectors of their tokens, each read within its sentence. That finds what was
added; opposites are near to each other there, and are told by the lexicons.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from assistant.answering.names import find_capitals, is_heard
from assistant.answering.proving.counting import find_counted
from assistant.answering.proving.lexicon import lexicon_of
from assistant.answering.proving.words import is_preposition, read_words
from assistant.retrieval.likeness import Likeness, Meeting

_WORDS = regex.compile(r"[\p{L}\p{M}\p{N}]+")

# All of these were chosen with 15 translations and 26 lies about five articles (`tests/claims.toml`), and are the
# bundled model's. A word that was added mostly meets none as well, and is like none by itself.
WORD_MET = 0.42
WORD_ALIKE = 7.0  # standard deviations above unrelated words, as `Likeness` tells
LETTER_MET = 0.3  # tokens of scripts without spaces: parts of words

IN_ORDER = 0.15  # below it the order is another

PART_SUPPORTED = 4.2  # how like the sentence each of several statements must be
FEWEST_WORDS = 2  # of a statement

# A word with a capital that is no name is this much like one of the proof: the first of a claim, and any other.
PERHAPS_WORD, SURELY_WORD = 4.0, 7.0
NAME_MET = 0.55

BEFORE = 8  # characters that a number behind a word is further away


def says_all(claim: str, language: str, sentence: str, other: str, likeness: Likeness) -> bool:
    """Tells whether a sentence has each word and each statement of a claim, and lets the same do it to the same."""
    meetings = likeness.meetings(claim, sentence)
    if not _meets_all(claim, language, sentence, other, likeness) or _turns_round(
        claim, language, sentence, other, meetings
    ):
        return False
    parts = statements(claim, language)
    return len(parts) < 2 or all(likeness(part, sentence) >= PART_SUPPORTED for part in parts)


def is_ordinary(name: str, claim: str, language: str, proof: str, likeness: Likeness) -> bool:
    """Tells whether what looks like a name in a claim is a word that the proof has in its own language."""
    alike = _alike(name, proof, likeness)
    if not find_capitals(claim, language).get(name):
        return alike >= SURELY_WORD
    start = claim.find(name)
    return alike >= PERHAPS_WORD and _met(start, start + len(name), likeness.meetings(claim, proof)) >= NAME_MET


def _meets_all(claim: str, language: str, sentence: str, other: str, likeness: Likeness) -> bool:
    meetings = likeness.meetings(claim, sentence)
    words = [word for word in read_words(claim, language) if word.content and word.counted is None]
    if lexicon_of(language).unspaced:
        places = {place for word in words for place in range(word.start, word.end)}
        met = [it.cosine for it in meetings if places & set(range(it.start, it.end))]
        return min(met, default=1.0) >= LETTER_MET
    return all(
        _met(word.start, word.end, meetings) >= WORD_MET
        or any(is_heard(form, sentence, other) for form in word.forms)
        or _alike(claim[word.start : word.end], sentence, likeness) >= WORD_ALIKE
        for word in words
    )


def _alike(word: str, text: str, likeness: Likeness) -> float:
    return max((likeness(word, it) for it in _WORDS.findall(text) if len(it) > 1), default=0.0)


def statements(claim: str, language: str) -> list[str]:
    """Returns the statements of a claim, each of two words at least: what marks and conjunctions part."""
    words = read_words(claim, language)
    starts: list[int] = []
    content = 0
    for at, word in enumerate(words):
        if word.broken and not (at and words[at - 1].says) and (not starts or content >= FEWEST_WORDS):
            starts.append(word.start)
            content = 0
        content += word.content and word.counted is None
    if len(starts) > 1 and content < FEWEST_WORDS:
        starts.pop()
    return [claim[start:end].strip() for start, end in pairwise([*starts, len(claim)])]


def _turns_round(claim: str, language: str, text: str, other: str, meetings: Sequence[Meeting]) -> bool:
    """Tells whether what stands first in one stands last in the other: who does it, and to whom, changed places.

    A place or time in front moves everything, so that nothing is concluded where a preposition begins either.
    """
    for sentence, spoken in ((claim, language), (text, other)):
        words = read_words(sentence, spoken)
        if words and is_preposition(words[0].text, spoken):
            return False
    return _order(meetings) < IN_ORDER


def _order(meetings: Sequence[Meeting]) -> float:
    """Returns how far the words of the claim stand in the sentence's order: 1 all of them, -1 the other way round."""
    total = agreed = 0.0
    for at, one in enumerate(meetings):
        for other in meetings[:at]:
            weight = max(one.cosine, 0) * max(other.cosine, 0) * one.weight * other.weight
            total += weight * (one.at != other.at)
            agreed += weight * ((one.at > other.at) - (one.at < other.at))
    return agreed / total if total else 1.0


def counts_another(claim: str, language: str, text: str, other: str, likeness: Likeness) -> bool:
    """Tells whether the word behind a number of the claim is met beside a different number of the sentence."""
    numbers = find_counted(text, other)
    meetings = likeness.meetings(claim, text)
    words = read_words(claim, language)
    for at, word in enumerate(words[:-1]):
        follower = words[at + 1]
        if word.counted is None or word.counted.dated or word.counted.unit or not follower.content or follower.counted:
            continue
        if at and (before := words[at - 1].counted) and before.dated:
            continue  # the day of a month
        places = [it for it in meetings if it.start < follower.end and follower.start < it.end]
        if not places or len(numbers) < 2:
            continue
        place = max(places, key=lambda it: it.cosine * it.weight).at
        # What is counted mostly stands behind its number.
        nearest = min(numbers, key=lambda it: abs(place - it.end) if place >= it.end else it.start - place + BEFORE)
        if not nearest.figure & word.counted.figure:
            return True
    return False


def _met(start: int, end: int, meetings: Sequence[Meeting]) -> float:
    return max((it.cosine for it in meetings if it.start < end and start < it.end), default=0.0)
