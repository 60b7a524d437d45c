"""A verb of saying in a sentence → whether anybody says something with it, and where the words of somebody stand."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.speaking.entries import (
    AUXILIARY,
    CLAIM,
    JOINER,
    PASSIVE,
    PREPOSITION,
    SMALL,
    THAT,
    VERB,
    WHILE,
)
from assistant.answering.speaking.lexicon import Lexicon
from assistant.answering.speaking.quotations import COLONS, COMMAS, DASHES
from assistant.answering.speaking.reading import Token
from assistant.answering.speaking.subjects import QUOTATION
from assistant.answering.speaking.tokens import fold

BREAKS = frozenset(';؛；.!?。！？؟।"')
FARTHEST_COMPLEMENT = 25  # tokens from a verb to its "that"
WHEN = frozenset(["时", "時", "时候", "時候", "之时"])

# "Left without saying a word".
_WITHOUT = "without ohne zonder sans sin sem senza bez без fără χωρίς tanpa دون بدون ללא بغیر बिना"
WITHOUT = frozenset(map(fold, _WITHOUT.split()))
FARTHEST_WITHOUT = 4  # tokens


def words_of_somebody(line: Sequence[Token], lexicon: Lexicon) -> range:
    """Returns the places of what is said, whoever says it: "It is said that Velt …"."""
    if lexicon.verb_last or not lexicon.spaced:
        return range(0)
    for at, token in enumerate(line):
        if token.roles & VERB:
            that = at + 1
            while that < len(line) and (line[that].mark in COMMAS or line[that].roles & (AUXILIARY | SMALL)):
                if line[that].roles & THAT:
                    break
                that += 1
            if that < len(line) and line[that].roles & THAT and not line[that].mark:
                ends = (place for place in range(that + 1, len(line)) if _parts(line[place]))
                return range(that, next(ends, len(line)))
    return range(0)


def _parts(token: Token) -> bool:
    return bool(token.roles & WHILE) or token.mark in BREAKS


def says(line: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether a verb says something: it is not denied, nor in the passive, nor a part of another word."""
    if _is_denied(line, at, lexicon):
        return False
    if not lexicon.spaced and ((at and line[at - 1].roles & JOINER) or _is_when(line, at)):
        return False  # 的要求, 谈到…时
    before = at - 1
    while before >= 0 and line[before].roles & SMALL and not line[before].roles & (PASSIVE | PREPOSITION):
        before -= 1
    return before < 0 or not line[before].roles & PASSIVE


def _is_when(line: Sequence[Token], at: int) -> bool:
    """Whether a Chinese clause only tells when something was said, as 谈到大桥时 does."""
    end = next((place for place in range(at, len(line)) if (line[place].mark or line[place].word) in COMMAS), len(line))
    return end < len(line) and line[end - 1].word in WHEN


def has_words(line: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether words follow a verb that says something only with words: a "that", a colon, a quotation."""
    if not line[at].roles & CLAIM or line[at].roles & VERB != CLAIM:
        return True
    if any(token.mark == QUOTATION or token.held for token in line) or (line[0].mark in DASHES):
        return True
    ahead = line[at + 1 : at + FARTHEST_COMPLEMENT]
    if any(token.mark in COLONS for token in ahead[:8]) or any(token.roles & THAT for token in ahead):
        return True
    if lexicon.that_prefix and any(token.word.startswith(lexicon.that_prefix) for token in ahead[:3]):
        return True
    return lexicon.verb_last and at > 0 and bool(line[at - 1].roles & THAT)


def _is_denied(line: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    if any(token.word in WITHOUT for token in line[max(0, at - FARTHEST_WITHOUT) : at]):
        return True
    for token in reversed(line[max(0, at - 2) : at]):
        if token.word in lexicon.negations:
            return True
        if not token.roles & (SMALL | AUXILIARY):
            return False
    return False
