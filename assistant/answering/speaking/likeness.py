"""Two ways to name somebody, in any two scripts → how surely they mean the same person or office, 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

import regex

from assistant.answering.speaking.lexicon import AUXILIARY, GROUP, TITLE, Lexicon, load_lexicons
from assistant.answering.speaking.naming import PARTICLES, Phrase, read_phrase
from assistant.answering.speaking.reading import Token, read_tokens
from assistant.answering.speaking.scripts import scripts_of
from assistant.answering.speaking.tokens import UNSPACED, fold
from assistant.corpus.words import find_names, find_sounds, skeleton
from assistant.retrieval.lexical import NameBook

# How sure each kind of agreement is. Only their order and the half-way mark matter to who asks.
SAME, SURNAME, OFFICE, OFFICE_WITHOUT_PLACE = 1.0, 0.9, 0.85, 0.6
OTHER_FIRST_NAME, OTHER_OFFICE, BEHIND_OF, OTHER_PLACE = 0.3, 0.3, 0.2, 0.25

# Chinese, Japanese and Korean spell foreign names with the sounds they have: this much of the consonants stays.
SOUNDS_ALIKE = 0.75
SHORTEST_SOUND = 4  # consonants
LETTERS_ALIKE = 0.5  # of short names whose consonants are all the same
SHORT_NAME = 0.65
_NEAR_SOUNDS = str.maketrans({"f": "b"})

_FAR = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Hangul}]")


@dataclass(frozen=True, slots=True)
class _Named:
    names: tuple[str, ...]
    others: tuple[str, ...]
    keys: frozenset[str]


def speaks(speaker: str, name: str) -> float:
    """Returns how surely the words that a question asks by and a speaker's naming mean the same, 0 to 1.

    Names are compared by sound across scripts, offices by the lexicons' common keys: "the mayor" is "мэр Анна Вельт".
    Somebody's spokesman is not that somebody.
    """
    asked, named = _read(speaker.strip()), _read(name.strip())
    if not (asked.names or asked.others or asked.keys):
        return 0.0
    by_name = _names_alike(asked, named)
    if not asked.keys:
        return by_name
    return max(by_name, _offices_alike(asked, named))


def _names_alike(asked: _Named, named: _Named) -> float:
    if not asked.names:
        return 0.0
    last = asked.names[-1]
    heads = named.names or (named.others if not named.keys else ())
    alike = max((_alike(last, other) for other in heads), default=0.0)
    if not alike:
        return BEHIND_OF if any(_alike(last, other) for other in named.others) and not asked.keys else 0.0
    if len(asked.names) == 1:
        return alike * (SAME if _alike(last, heads[-1]) else SURNAME)
    firsts = max((_alike(one, other) for one in asked.names[:-1] for other in heads), default=0.0)
    if firsts:
        return alike * SAME
    return alike * (OTHER_FIRST_NAME if len(named.names) > 1 and not asked.keys else SURNAME)


def _offices_alike(asked: _Named, named: _Named) -> float:
    if not asked.keys <= named.keys:
        return 0.0
    if ("deputy" in named.keys) != ("deputy" in asked.keys):
        return OTHER_OFFICE
    places = (*asked.names, *asked.others)
    if not places:
        return OFFICE if len(named.keys) - len(asked.keys) < 2 else OFFICE_WITHOUT_PLACE
    known = (*named.names, *named.others)
    if all(any(_alike(place, other) for other in known) for place in places):
        return SURNAME
    if not known or all(any(_akin(place, other) for other in known) for place in places):
        return OFFICE_WITHOUT_PLACE
    return OTHER_PLACE


@lru_cache(maxsize=20_000)
def _read(text: str) -> _Named:
    lexicons = load_lexicons()
    readings = [_read_with(text, lexicons[code]) for code in scripts_of(text)]
    # The language that knows most of the words is the one they are in.
    return max(readings, key=lambda it: (len(it.keys), -len(it.names) - len(it.others)))


def _read_with(text: str, lexicon: Lexicon) -> _Named:
    tokens, _ = read_tokens(text, lexicon)
    for token in tokens:
        known = token.roles & ~AUXILIARY
        token.name = not token.mark and not known
    phrases: list[Phrase] = []
    at = 0
    while at < len(tokens):
        if not _is_head(tokens[at]):
            at += 1
            continue
        phrase = read_phrase(tokens, at, at, len(tokens), lexicon)
        if text[phrase.end : phrase.end + 1] in ("'", "’"):  # "Velt's spokesman" is not Velt
            phrase.names, phrase.others = [], phrase.others + phrase.names
        phrases.append(phrase)
        at = phrase.last + 1
    named = [phrase for phrase in phrases if phrase.names]
    best = next((phrase for phrase in named if not phrase.keys), named[0] if named else None)
    others = [word for phrase in phrases for word in phrase.others]
    others += [word for phrase in named if phrase is not best for word in phrase.names]
    names = [word for word in best.names if word not in PARTICLES] if best else []
    return _Named(tuple(names), tuple(others), frozenset(key for phrase in phrases for key in phrase.keys))


def _is_head(token: Token) -> bool:
    return token.name or bool(token.roles & (TITLE | GROUP))


@lru_cache(maxsize=50_000)
def _alike(one: str, other: str) -> float:
    """Returns how alike two words of names are: 1 the same, 0 nothing worth counting."""
    if fold(one) == fold(other):
        return 1.0
    if UNSPACED.search(one) and UNSPACED.search(other):
        short, long = sorted((one, other), key=len)
        return 0.95 if len(short) >= 2 and long.endswith(short) else 0.0
    if _FAR.search(one) or _FAR.search(other):
        return max((_sound_alike(a, b) for a in _sounds(one) for b in _sounds(other)), default=0.0)
    mine, theirs = find_names(one), find_names(other)
    best = max(
        (like for name in mine for it, like in NameBook(dict.fromkeys(theirs, 1)).like(name).items() if it in theirs),
        default=0.0,
    )
    if best or len(one) < 3 or len(other) < 3:
        return best
    return (
        0.8
        if skeleton(one) == skeleton(other) and len(skeleton(one)) == 2 and one[:1].isascii() != other[:1].isascii()
        else 0.0
    )


def _akin(one: str, other: str) -> bool:
    """Whether a word may be made from the other's: Russian, الروسية."""
    mine, theirs = skeleton(one.removeprefix("ال")), skeleton(other.removeprefix("ال"))
    return len(mine) > 1 and len(theirs) > 1 and mine[:2] == theirs[:2]


def _sounds(word: str) -> Iterable[str]:
    return find_sounds(word) or list(find_names(word).values()) or [fold(word)]


def _sound_alike(one: str, other: str) -> float:
    mine, theirs = (skeleton(word).translate(_NEAR_SOUNDS) for word in (one, other))
    if min(len(mine), len(theirs)) >= SHORTEST_SOUND:
        ratio = SequenceMatcher(None, mine, theirs, autojunk=False).ratio()
        return ratio if ratio >= SOUNDS_ALIKE else 0.0
    # Chinese writes a v as a w, which no consonant stands for.
    bare = [consonants.lstrip("b") for consonants in (mine, theirs)]
    same = mine == theirs or (bare[0] == bare[1] and len(bare[0]) >= 2)
    letters = SequenceMatcher(None, one.replace("w", "v"), other.replace("w", "v"), autojunk=False).ratio()
    return SHORT_NAME if same and letters >= LETTERS_ALIKE else 0.0
