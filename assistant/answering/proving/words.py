"""Text → its words as claims are compared: folded, with their stem, what they are in the lexicon, and the numbers.

A number is one word, however many it is written in. In scripts without spaces every letter is a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from assistant.answering.proving.counting import TIME, Counted, find_counted
from assistant.answering.proving.lexicon import (
    SAME_MEANING,
    ClaimLexicon,
    WordList,
    folded,
    forms_of,
    lexicon_of,
    without_signs,
)
from assistant.answering.speaking.entries import JOINER, PREPOSITION
from assistant.answering.speaking.lexicon import load_lexicons
from assistant.answering.speaking.tokens import fold
from assistant.corpus.words import UNSPACED, find_words

SHORTEST_STEM = 4  # letters that two forms of a word have in common at least
LONGEST_ENDING = 3
SHORT_SCRIPTS = regex.compile(r"[\p{Hangul}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Bengali}]")
SHORTEST_SHORT_STEM = 3  # in these scripts, vowels being no letters of their own or a letter a syllable

_PIECE = regex.compile(r"[\p{L}\p{M}\p{N}\u200c]+|[%٪％€$£₪₹₺]|[^\s\p{L}\p{M}\p{N}]")
_ELIDED = regex.compile(r"\p{L}\p{M}*+(?:'(?=\p{L}))")
BREAKS = frozenset(',;:.!?…—–،؛、，；：。！？؟।()«»“”„"「」')
STRONG_BREAKS = frozenset(";；؛")
_SYMBOLS = frozenset("%٪％€$£₪₹₺")

Kind = tuple[bool, bool, bool, bool]
"""Whether a word is free, a verb of saying, a conjunction, or stands beside an agent."""
NO_KIND: Kind = (False, False, False, False)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, with its place.

    `broken` tells that a mark, a conjunction or a verb of saying parts it from the word before it, `apart` that another
    statement begins with it, `timely` that it names a span of time or which one, `agent` that
    whoever does it stands beside it; `poles` are what it means, where other words mean the same.
    """

    start: int
    end: int
    forms: tuple[str, ...]
    stem: str
    counted: Counted | None
    free: bool
    says: bool
    broken: bool
    apart: bool
    timely: bool
    agent: bool
    poles: frozenset[tuple[str, str]]

    @property
    def text(self) -> str:
        """The folded word."""
        return self.forms[0]

    @property
    def content(self) -> bool:
        """Whether the word says something of its own."""
        return not (self.free or self.says or self.agent)


@lru_cache(maxsize=1_000)
def read_words(text: str, language: str) -> tuple[Word, ...]:
    """Returns the words of a text in reading order."""
    lexicon = lexicon_of(language)
    words = tuple(_read(text, language))
    return tuple(
        replace(word, timely=True) if ahead.timely and lexicon.which_time.has(word.forms) else word
        for word, ahead in zip(words, [*words[1:], *words[-1:]], strict=True)
    )


def _read(text: str, language: str) -> Iterator[Word]:
    lexicon = lexicon_of(language)
    plain = folded(text)
    counted = find_counted(text, language)
    marked = _marked(plain, lexicon) if lexicon.unspaced else {}
    broken = apart = True
    for start, end, piece in _pieces(plain, counted):
        number = next((it for it in counted if it.start == start), None)
        if number is None and piece in BREAKS:
            broken, apart = True, apart or piece in STRONG_BREAKS
            continue
        if number is None and not (piece[0].isalnum() or piece in _SYMBOLS):
            continue
        forms = forms_of(without_signs(piece), language)
        free, says, joins, agent = marked.get(start, NO_KIND) if lexicon.unspaced else _kinds(forms, lexicon)
        free = free and number is None
        if number is None and joins:
            broken = apart = True
        timely = not lexicon.unspaced and any(lexicon.units[name].has(forms) for name in TIME if name in lexicon.units)
        poles = _poles(forms, lexicon)
        yield Word(start, end, forms, _stem(piece, language), number, free, says, broken, apart, timely, agent, poles)
        if not joins:
            broken = says and number is None
            apart = False


def _kinds(forms: tuple[str, ...], lexicon: ClaimLexicon) -> Kind:
    whole = forms[:1]
    joins = lexicon.joins.has(whole)
    free = joins or lexicon.free.has(whole) or lexicon.negations.has(forms) or forms[0] in _SYMBOLS
    return free, lexicon.say.has(forms), joins, lexicon.agents.has(whole)


def _poles(forms: tuple[str, ...], lexicon: ClaimLexicon) -> frozenset[tuple[str, str]]:
    groups = () if lexicon.unspaced else SAME_MEANING
    found = ((group, pole, words) for group in groups for pole, words in lexicon.opposites.get(group, {}).items())
    return frozenset((group, pole) for group, pole, words in found if words.has(forms))


def _pieces(text: str, counted: Sequence[Counted]) -> Iterator[tuple[int, int, str]]:
    places = {it.start: it.end for it in counted}
    at = 0
    for match in _PIECE.finditer(text):
        if match.start() < at:
            continue
        end = places.get(match.start())
        if end is None and UNSPACED.search(match.group()):
            for place in range(match.start(), match.end()):
                if place < at:
                    continue
                at = places.get(place, place + 1)
                yield place, at, text[place:at]
            continue
        at = end or match.end()
        yield match.start(), at, text[match.start() : at]


def _marked(text: str, lexicon: ClaimLexicon) -> dict[int, Kind]:
    """Returns which letters of a text without spaces belong to words of the lexicon."""
    kinds = (lexicon.free, lexicon.negations, lexicon.joins), (lexicon.say,), (lexicon.joins,), (lexicon.agents,)
    places = [{place for words in lists for place in _places(text, words)} for lists in kinds]
    free, says, joins, agents = places
    return {at: (at in free, at in says, at in joins, at in agents) for at in free | says | agents}


def _places(text: str, words: WordList) -> Iterator[int]:
    for word in sorted({*words.exact, *words.stems, *words.phrases}, key=len):
        at = text.find(word)
        while at >= 0:
            yield from range(at, at + len(word))
            at = text.find(word, at + 1)


def _stem(word: str, language: str) -> str:
    known = lexicon_of(language).forms.get(word)
    if known:
        return known
    terms = find_words(word, language)
    return terms[0] if terms else word


def same_word(one: Word, other: Word) -> bool:
    """Tells whether two words of one language are the same, but for their endings."""
    if one.counted or other.counted:
        return bool(one.counted and other.counted and one.counted.agrees(other.counted))
    if one.stem == other.stem or set(one.forms) & set(other.forms):
        return True
    return bool(one.poles & other.poles) or any(is_form(mine, theirs) for mine in one.forms for theirs in other.forms)


def is_form(word: str, other: str) -> bool:
    """Tells whether two words differ in their endings only."""
    shortest = SHORTEST_SHORT_STEM if SHORT_SCRIPTS.search(word) else SHORTEST_STEM
    shared = next(
        (at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), min(len(word), len(other))
    )
    rest = max(len(word), len(other)) - shared
    return shared >= shortest and rest <= LONGEST_ENDING and rest <= shared


def is_preposition(word: str, language: str) -> bool:
    """Tells whether a language has a folded word for a preposition."""
    return bool(_roles(word, language) & PREPOSITION)


def joins_nouns(word: str, language: str) -> bool:
    """Tells whether a folded word puts one noun behind another: of, des, de la, in."""
    return bool(_roles(word, language) & (PREPOSITION | JOINER))


def _roles(word: str, language: str) -> int:
    lexicon = load_lexicons().get(language)
    entries = lexicon.phrases.get(fold(word), ()) if lexicon else ()
    return next((entry.roles for rest, entry in entries if not rest), 0)
