"""A word → the parts of the number that it is written of in one piece: siebenunddreißig, trentasette, двухлетний."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from assistant.answering.numbers.adding import Part, Sum
from assistant.answering.numbers.lexicon import NumberWords, in_words

LONGEST_COMPOUND = 60  # letters
SHORTEST_COMPOUND = 4


@lru_cache(maxsize=20_000)
def compound_of(word: str, words: NumberWords) -> tuple[tuple[Part, bool], ...]:
    """Returns the parts of a folded word, each with whether an "and" stands before it; nothing if it is no number.

    A word is one if it is made of two parts that add up, or of one before an ending such as "year-old".
    """
    if not words.compounds or not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND:
        return ()
    return next((parts for parts in _splits(word, words) if _adds_up(parts, words)), ())


def _splits(word: str, words: NumberWords) -> Iterator[tuple[tuple[Part, bool], ...]]:
    known = _parts(words)
    # Each step: where in the word, what came before, whether a link did just now.
    steps: list[tuple[int, tuple[tuple[Part, bool], ...], bool]] = [(0, (), False)]
    while steps:
        at, parts, linked = steps.pop()
        if at == len(word):
            if len(parts) > 1 and not linked:
                yield parts
            continue
        if parts and not linked and in_words(word[at:], words.tails):
            yield parts
            continue
        for end in range(at + 1, len(word) + 1):
            piece = word[at:end]
            if parts and not linked and piece in words.links:
                steps.append((end, parts, True))
            steps += [(end, (*parts, (part, linked)), False) for part in known.get(piece, ())]


def _adds_up(parts: tuple[tuple[Part, bool], ...], words: NumberWords) -> bool:
    number = Sum(words)
    return all(number.add(part, joined) for part, joined in parts) and number.value is not None


@lru_cache(maxsize=64)
def _parts(words: NumberWords) -> dict[str, tuple[Part, ...]]:
    found: dict[str, tuple[Part, ...]] = {word: (Part("number", Fraction(1)),) for word in words.ones}
    found |= {word: (Part("added", value),) for word, value in words.added.items()}
    for numbers in (words.doubtful, words.numbers, words.parts):
        found |= {word: (Part("number", value),) for word, value in numbers.items()}
    for word, value in words.scales.items():
        found[word] = (Part("scale", value, alone=word in words.numbers or word in words.doubtful),)
    return found
