"""A claim, the words that should prove it → whether one says "not", or the opposite of what the other says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.proving.lexicon import ClaimLexicon, WordList, folded, lexicon_of
from assistant.answering.proving.words import Word, read_words


@dataclass(frozen=True, slots=True)
class Polarity:
    """Whether words say "not", deny something, or are less than certain; and the poles they name, by their group."""

    negated: bool
    denied: bool
    hedged: bool
    poles: dict[str, frozenset[str]]


def contradicts(claim: str, language: str, words: str, other: str) -> bool:
    """Tells whether a claim says "not" where the words do not, denies what they say, or names opposites alone.

    Where the words for it of either language are not known, nothing is concluded.
    """
    if not lexicon_of(language).known or not lexicon_of(other).known:
        return False
    mine, theirs = polarity(claim, language), polarity(words, other)
    if mine.negated != theirs.negated and not (mine.denied or theirs.denied):
        return True
    if mine.denied and not (theirs.denied or theirs.negated):
        return True
    return opposed(mine, theirs)


def opposed(mine: Polarity, theirs: Polarity) -> bool:
    """Tells whether one names a pole of a group of which the other names different ones alone."""
    return any(not poles & theirs.poles[group] for group, poles in mine.poles.items() if group in theirs.poles)


@lru_cache(maxsize=2_000)
def polarity(text: str, language: str) -> Polarity:
    """Returns what the words of a text say for or against."""
    lexicon = lexicon_of(language)
    plain = folded(text)
    for word in lexicon.no_negations.exact if lexicon.unspaced else ():
        plain = plain.replace(word, " " * len(word))
    words = () if lexicon.unspaced else read_words(text, language)

    def said(listed: WordList) -> bool:
        return _said(listed, plain, words, lexicon)

    return Polarity(
        said(lexicon.negations) or _ends_negatively(words, lexicon),
        said(lexicon.denials),
        said(lexicon.hedges),
        {
            group: frozenset(named)
            for group, poles in lexicon.opposites.items()
            if (named := [pole for pole, listed in poles.items() if said(listed)])
        },
    )


def _said(listed: WordList, plain: str, words: tuple[Word, ...], lexicon: ClaimLexicon) -> bool:
    if lexicon.unspaced:
        return any(word in plain for word in (*listed.exact, *listed.stems, *listed.phrases))
    if any(listed.has(word.forms) for word in words if word.counted is None):  # May is a month, too
        return True
    return any(f" {phrase} " in f" {plain} " for phrase in listed.phrases)


def _ends_negatively(words: tuple[Word, ...], lexicon: ClaimLexicon) -> bool:
    endings = lexicon.negative_endings
    return any(
        endings.has([word.text[at:]]) for word in words for at in range(2, len(word.text) - 1) if word.counted is None
    )
