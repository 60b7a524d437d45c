"""A claim and a sentence of another language → whether the sentence has something for each word of the claim.

Words of two languages meet by the model's vectors of their tokens, each read within its sentence. That finds what was
added; opposites are near to each other there, and are told by the lexicons.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.answering.proving.counting import find_counted
from assistant.answering.proving.lexicon import lexicon_of
from assistant.answering.proving.words import Word, read_words
from assistant.retrieval.likeness import Meeting

# Of 100 true claims in other languages nine of ten had no word below it, of false ones one in three.
WORD_MET = 0.45
LETTER_MET = 0.3  # tokens of scripts without spaces: parts of words
IN_ORDER = 0.15
FEWEST_WORDS = 2  # of a statement
NAME_MET = 0.55  # a word with a capital that may be none
BEFORE = 8  # characters that a number behind a word is further away


def lowest_word(claim: str, language: str, meetings: Sequence[Meeting], known: frozenset[str]) -> float:
    """Returns how well the claim's worst word is met; numbers, free words and `known` names aside."""
    words = [
        word
        for word in read_words(claim, language)
        if word.content and word.counted is None and not any(form in known for form in word.forms)
    ]
    if lexicon_of(language).unspaced:
        places = {place for word in words for place in range(word.start, word.end)}
        met = [it.cosine + WORD_MET - LETTER_MET for it in meetings if places & set(range(it.start, it.end))]
        return min(met, default=1.0)
    return min((_met(word, meetings) for word in words), default=1.0)


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


def order(meetings: Sequence[Meeting]) -> float:
    """Returns how far the words of the claim stand in the sentence's order: 1 all of them, -1 the other way round."""
    total = agreed = 0.0
    for at, one in enumerate(meetings):
        for other in meetings[:at]:
            weight = max(one.cosine, 0) * max(other.cosine, 0) * one.weight * other.weight
            total += weight * (one.at != other.at)
            agreed += weight * ((one.at > other.at) - (one.at < other.at))
    return agreed / total if total else 1.0


def counts_another(claim: str, language: str, text: str, other: str, meetings: Sequence[Meeting]) -> bool:
    """Tells whether the word behind a number of the claim is met beside a different number of the sentence."""
    numbers = find_counted(text, other)
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
        place = max(places, key=lambda it: it.cosine).at
        # What is counted mostly stands behind its number.
        nearest = min(numbers, key=lambda it: abs(place - it.end) if place >= it.end else it.start - place + BEFORE)
        if not nearest.figure & word.counted.figure:
            return True
    return False


def word_met(word: str, claim: str, meetings: Sequence[Meeting]) -> float:
    """Returns how well a word of the claim, as it is written, is met."""
    start = claim.find(word)
    return max((it.cosine for it in meetings if it.start < start + len(word) and start < it.end), default=0.0)


def _met(word: Word, meetings: Sequence[Meeting]) -> float:
    return max((it.cosine for it in meetings if it.start < word.end and word.start < it.end), default=1.0)
