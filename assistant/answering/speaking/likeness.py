"""Two ways to name somebody, in any two scripts → how surely they mean the same person or office, 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from assistant.answering.speaking.entries import AUXILIARY, GROUP, TITLE, VERB
from assistant.answering.speaking.lexicon import Lexicon, load_lexicons
from assistant.answering.speaking.naming import PARTICLES, Phrase, read_phrase
from assistant.answering.speaking.reading import Token, read_tokens
from assistant.answering.speaking.scripts import scripts_of
from assistant.answering.speaking.sounding import consonants, sound_alike
from assistant.answering.speaking.tokens import UNSPACED, fold, split_words
from assistant.corpus.words import skeleton

# How sure each kind of agreement is. Only their order and the half-way mark matter to who asks.
SAME, SURNAME, OFFICE, OFFICE_WITHOUT_PLACE = 1.0, 0.9, 0.85, 0.6
OTHER_FIRST_NAME, OTHER_OFFICE, BEHIND_OF, OTHER_PLACE = 0.3, 0.3, 0.2, 0.25
PERHAPS_FIRST_NAME = 0.7

# One word of a name has to sound this alike to stand for all of it; of two, each this and both together that much.
STRONG, WEAK, TOGETHER = 0.8, 0.55, 0.68
FAR = 0.03  # Chinese, Japanese and Thai keep less of a foreign name
JOINED = 0.74  # the whole name in one piece: scripts part names in different places

CASED = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}]")
POINTS = regex.compile("[·・•＝]")


@dataclass(frozen=True, slots=True)
class Named:
    """What a naming says: the words of the name, other words beside it, and the common keys of its titles."""

    names: tuple[str, ...]
    others: tuple[str, ...]
    keys: frozenset[str]


def speaks(speaker: str, name: str, language: str = "") -> float:
    """Returns how surely the words that a question asks by and a speaker's naming mean the same, 0 to 1.

    Names are compared by sound across scripts, offices by the lexicons' common keys: "the mayor" is "мэр Анна Вельт".
    Somebody's spokesman is not that somebody. `language` is the naming's, where it is known.
    """
    asked, named = read_naming(speaker.strip()), read_naming(name.strip(), language)
    if not (asked.names or asked.others or asked.keys):
        return 0.0
    by_name = _names_alike(asked, named)
    if not asked.keys and by_name < SURNAME and names_agree(split_words(fold(speaker)), named.names):
        by_name = SAME  # a part of a name may be a word of another language
    if not asked.keys or (asked.names and named.names and len(asked.names) > 1):
        return by_name
    return max(by_name, offices_alike(asked, named))


def _names_alike(asked: Named, named: Named) -> float:
    if not asked.names:
        return 0.0
    heads = named.names or (named.others if not named.keys else ())
    own, theirs = without_particles(asked.names), without_particles(heads)
    behind = any(words_alike(own[-1], other) >= STRONG for other in named.others)
    if not theirs:
        return BEHIND_OF if behind and not asked.keys else 0.0
    if names_agree(asked.names, heads):
        return SAME
    alike = max(words_alike(own[-1], other) for other in theirs)
    if alike < STRONG:
        return BEHIND_OF if behind and not asked.keys else 0.0
    if len(own) == 1 or len(theirs) == 1:
        return alike * (SAME if words_alike(own[-1], theirs[-1]) >= STRONG else SURNAME)
    # Scripts that write names like words take what stands between an office and a name for a part of it.
    sure = not named.keys or bool(CASED.match(theirs[-1]))
    return alike * (OTHER_FIRST_NAME if sure else PERHAPS_FIRST_NAME)


def names_agree(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names of two words or more are the same: two words agree, in any order, or all in one piece."""
    mine, theirs = without_particles(one), without_particles(other)
    apart = max(len(mine), len(theirs)) > 1 and (len(mine) != len(theirs) or bool(UNSPACED.search("".join(mine))))
    if (apart or len(one) != len(other)) and words_alike("".join(one), "".join(other)) >= JOINED:
        return consonants("".join(one)) > 2
    pairs = sorted(
        ((words_alike(a, b), at, to) for at, a in enumerate(mine) for to, b in enumerate(theirs)), reverse=True
    )
    if len(mine) < 2 or len(theirs) < 2 or not pairs:
        return False
    first, at, to = pairs[0]
    second = next((alike for alike, one_at, other_at in pairs if one_at != at and other_at != to), 0.0)
    return second >= WEAK and (first + second) / 2 >= TOGETHER


def offices_alike(asked: Named, named: Named) -> float:
    """Returns how surely two namings mean the same office, 0 to 1."""
    if not asked.keys or not asked.keys <= named.keys:
        return 0.0
    if ("deputy" in named.keys) != ("deputy" in asked.keys):
        return OTHER_OFFICE
    if ("prime" in named.keys) != ("prime" in asked.keys):
        return OTHER_OFFICE
    places = (*asked.names, *asked.others)
    if not places:
        return OFFICE if len(named.keys) - len(asked.keys) < 2 else OFFICE_WITHOUT_PLACE
    known = (*named.names, *named.others)
    if all(any(words_alike(place, other) >= STRONG for other in known) for place in places):
        return SURNAME
    # Beside an office, capitals tell a person's name from a place's, which words may be made from.
    beside = tuple(word for word in known if not (word in named.names and CASED.match(word)))
    if not known or all(any(_akin(place, other) for other in beside) for place in places):
        return OFFICE_WITHOUT_PLACE
    return OTHER_PLACE


@lru_cache(maxsize=20_000)
def read_naming(text: str, language: str = "") -> Named:
    """Returns what a naming says, by its language's lexicon, else the one that knows most of its words."""
    lexicons = load_lexicons()
    if language in lexicons:
        return _read_with(text, lexicons[language])
    readings = [_read_with(text, lexicons[code]) for code in scripts_of(text)]
    return max(readings, key=lambda it: (len(it.keys), -len(it.names) - len(it.others)))


def _read_with(text: str, lexicon: Lexicon) -> Named:
    tokens, _ = read_tokens(text, lexicon)
    large = lexicon.cased and any(text[token.start].isupper() for token in tokens)
    for token in tokens:
        known = token.roles & ~(AUXILIARY | VERB)
        small = large and not text[token.start].isupper() and token.word not in PARTICLES
        token.name = not token.mark and not known and not small
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
    best = max(named, key=lambda phrase: (len(phrase.names) > 1, not phrase.keys), default=None)
    others = [word for phrase in phrases for word in phrase.others]
    others += [word for phrase in named if phrase is not best for word in phrase.names]
    names = [part for word in best.names for part in POINTS.split(word) if part] if best else []
    return Named(tuple(names), tuple(others), frozenset(key for phrase in phrases for key in phrase.keys))


def _is_head(token: Token) -> bool:
    return token.name or bool(token.roles & (TITLE | GROUP))


def without_particles(names: Sequence[str]) -> Sequence[str]:
    """Returns the words of a name without the small ones inside it, unless nothing else is there."""
    return [name for name in names if name not in PARTICLES] or names


@lru_cache(maxsize=50_000)
def words_alike(one: str, other: str) -> float:
    """Returns how alike two words of names are: 1 the same, 0 nothing worth counting."""
    if fold(one) == fold(other):
        return 1.0
    if UNSPACED.search(one) and UNSPACED.search(other):
        short, long = sorted((one, other), key=len)
        return 0.95 if len(short) >= 2 and (long.startswith(short) or long.endswith(short)) else 0.0
    far = bool(UNSPACED.search(one) or UNSPACED.search(other))
    return min(1.0, sound_alike(one, other) + far * FAR)


def _akin(one: str, other: str) -> bool:
    """Whether a word may be made from the other's: Russian, الروسية."""
    mine, theirs = skeleton(one.removeprefix("ال")), skeleton(other.removeprefix("ال"))
    return len(mine) > 1 and len(theirs) > 1 and mine[:2] == theirs[:2]
