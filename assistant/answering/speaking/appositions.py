"""A phrase and what stands behind it between commas → one naming: "Anna Velt, the mayor of Velmora"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.speaking.entries import (
    JOINER,
    PREPOSITION,
    SMALL,
    THAT,
    VERB,
)
from assistant.answering.speaking.lexicon import Lexicon
from assistant.answering.speaking.naming import ENDS, Phrase, find_phrase
from assistant.answering.speaking.quotations import COMMAS
from assistant.answering.speaking.reading import Token

LONGEST_APPOSITION = 9  # tokens
MOST_BEHIND_OF = 2  # words that go on with what an office is of: "the chair of the school *board*, Anna Velt"


def with_apposition(tokens: Sequence[Token], phrase: Phrase, high: int, lexicon: Lexicon) -> Phrase:
    """Returns the phrase with the name or the title that stands behind it between commas, if one does."""
    at = _behind_office(tokens, phrase, high, lexicon)
    if phrase.pronoun or at >= high or tokens[at].mark not in COMMAS:
        return phrase
    end = at + 1
    while end < high and end - at <= LONGEST_APPOSITION and not tokens[end].mark and not tokens[end].roles & ENDS:
        end += 1
    goes_on = end < high and (tokens[end].mark in COMMAS or bool(tokens[end].roles & (THAT | VERB)))
    closed = goes_on or end >= high or bool(tokens[end].mark)
    begin = at + 1
    while begin < end and tokens[begin].roles & SMALL and not tokens[begin].roles & PREPOSITION:
        begin += 1
    if not closed or begin >= end or tokens[begin].roles & (PREPOSITION | JOINER):
        return phrase
    other = find_phrase(tokens, begin, end, lexicon, loose=False)
    if other is None or other.last < end - 1 or other.pronoun or (tokens[begin].start < other.start and lexicon.cased):
        return phrase
    placed = bool(phrase.keys) and len(phrase.names) == 1 and len(other.names) > 1  # "мэр Велморы, Анна Вельт"
    named_twice = (
        not placed and bool(phrase.names and other.names and not other.keys) and (lexicon.cased or not phrase.keys)
    )
    if not lexicon.cased and not other.keys and not goes_on:
        return phrase
    if named_twice or not (phrase.names or other.names) or not (phrase.keys or other.keys):
        return phrase
    return Phrase(
        phrase.start,
        other.end,
        phrase.names if phrase.names and not placed and (lexicon.cased or other.keys) else other.names,
        [*phrase.others, *other.others, *(other.names if phrase.names and not placed else ())],
        phrase.keys | other.keys,
        last=other.last,
    )


def _behind_office(tokens: Sequence[Token], phrase: Phrase, high: int, lexicon: Lexicon) -> int:
    """Returns where a phrase ends with the small words behind "of" that a comma closes."""
    at = phrase.last + 1
    if phrase.names or not (phrase.keys and phrase.others and lexicon.cased):
        return at
    end = at
    while end < high and end - at < MOST_BEHIND_OF and not (tokens[end].mark or tokens[end].roles or tokens[end].name):
        end += 1
    return end if end < high and tokens[end].mark in COMMAS else at
