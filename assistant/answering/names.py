"""A claim and what it rests on → the names in the claim that are not there, in whatever script either is written.

A name is the same when its letters are, but for an ending; across languages also when its consonants are (Stoltenberg,
Столтенберг), or when its meaning is (Germany, ألمانيا), which the similarity tells. In scripts without capitals nobody
can tell a name by looking at it: there, only names that the other sources or the question write with a capital are
recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from assistant.answering.claim_words import words_of
from assistant.answering.figures import WORD, find_figures
from assistant.answering.speaking.tokens import UNSPACED
from assistant.corpus.words import find_names, find_sounds, find_words, skeleton
from assistant.retrieval.lexical import NameBook

Similarity = Callable[[str, str], float]
"""How alike two texts are in what they say, in whatever languages: standard deviations above unrelated ones."""

# Country and city names in six scripts were 7.5 to 11 from their translations and at most 8.1 from other countries'.
SAME_NAME = 8.2
# Translations of common nouns were mostly above this, names and words that are no names below it.
SAME_WORD = 6.0
# The same against German nouns, which look like names.
SAME_NOUN = 7.3
NOUNS_WITH_CAPITALS = {"de", "lb"}

# Languages that give names case endings; elsewhere another ending is another name (Niger, Nigeria).
NAMES_WITH_CASES = {
    "ar",
    "az",
    "be",
    "bg",
    "bn",
    "cs",
    "el",
    "et",
    "fa",
    "fi",
    "he",
    "hi",
    "hr",
    "hu",
    "kk",
    "ko",
    "lt",
    "lv",
    "pl",
    "ro",
    "ru",
    "sk",
    "sl",
    "sr",
    "ta",
    "tr",
    "uk",
    "ur",
}

SHORTEST_STEM = 4  # letters that two forms of a word have in common at least
LONGEST_ENDING = 3
SHORTEST_WORD = 4  # shorter ones are like anything

_PIECE = regex.compile(r"[\p{L}\p{M}]+")
_CASED = regex.compile(r"[\p{Lu}\p{Lt}]")
_MIDDLE_DOT = regex.compile(r"[\p{Han}\p{Katakana}ー]+(?:[·・•][\p{Han}\p{Katakana}ー]+)+")


@dataclass(frozen=True, slots=True)
class Held:
    """What a source's text offers to find a name in."""

    text: str
    words: frozenset[str]
    terms: frozenset[str]
    """The stems of its words."""
    names: frozenset[str]
    spellings: frozenset[str]
    sounds: frozenset[str]
    """Every stretch of a run without spaces that may be a name, as consonants."""
    small: tuple[str, ...]
    """The words that are not written with a capital."""
    candidates: tuple[str, ...]
    """Words that may be names, for their meaning."""


def missing_names(
    claim: str, language: str, sources: Collection[tuple[str, str]], elsewhere: Collection[str], similarity: Similarity
) -> list[str]:
    """Returns the names in a claim that none of the `sources` (text and language) holds.

    `elsewhere` are texts whose names must not be taken for the sources': the other sources and the question.
    """
    held = [(read_source(text, other), other) for text, other in sources]
    capitals = find_capitals(claim, language)
    capitals |= dict.fromkeys(_known_elsewhere(claim, elsewhere), False)
    missing = [
        name
        for name, may_be_word in capitals.items()
        if not any(_holds(it, name, language, other, may_be_word, similarity) for it, other in held)
    ]
    dotted = [
        name
        for name in _MIDDLE_DOT.findall(claim)
        if not any(name in it.text or _sounds_in(name, it) for it, _ in held)
    ]
    return missing + dotted


def find_capitals(claim: str, language: str) -> dict[str, bool]:
    """Returns the words of a claim that are written like names, with a capital, and are no dates nor common words; and
    whether each may be an ordinary word all the same: the first one, and every noun in German.
    """
    common = words_of(language).common
    found: dict[str, bool] = {}
    for at, match in enumerate(WORD.finditer(claim)):
        if find_figures(f"{match.group()} 1", language) != find_figures("1", language):
            continue  # a month or a day
        for piece in _PIECE.findall(match.group()):
            if _CASED.match(piece) and len(piece) > 1 and piece.casefold() not in common:
                found.setdefault(piece, at == 0 or language in NOUNS_WITH_CAPITALS)
    return found


@lru_cache(maxsize=256)
def read_source(text: str, language: str) -> Held:
    """Reads a source once for all claims that cite it."""
    spelled = find_names(text)
    pieces = tuple(dict.fromkeys(piece for piece in _PIECE.findall(text) if len(piece) > 1))
    capitals = tuple(piece for piece in pieces if _CASED.match(piece))
    spaced = tuple(piece for piece in pieces if len(piece) > 2 and not UNSPACED.search(piece))
    return Held(
        text,
        frozenset(piece.casefold() for piece in pieces),
        frozenset(find_words(text, language)),
        frozenset(spelled),
        frozenset(letters for letters in spelled.values() if letters),
        frozenset(_stretches(find_sounds(text))),
        tuple(piece for piece in spaced if not _CASED.match(piece) and len(piece) >= SHORTEST_WORD),
        capitals or spaced or tuple(_runs(text)),
    )


def _holds(source: Held, name: str, language: str, other: str, may_be_word: bool, similarity: Similarity) -> bool:
    folded = name.casefold()
    if folded in source.words or folded.removesuffix("'s").removesuffix("’s") in source.words:
        return True
    if language in NAMES_WITH_CASES and any(_is_form(folded, word) for word in source.words):
        return True
    if not source.terms.isdisjoint(find_words(name, language)):
        return True
    if language != other and (_sounds_alike(name, source) or _sounds_in(name, source)):
        return True
    same_nouns = language == other and language in NOUNS_WITH_CAPITALS  # they stand there with a capital, too
    if may_be_word and not same_nouns and any(similarity(name, it) >= SAME_WORD for it in source.small):
        return True
    enough = SAME_NOUN if may_be_word and other in NOUNS_WITH_CAPITALS and language != other else SAME_NAME
    return (language != other or may_be_word) and any(similarity(name, it) >= enough for it in source.candidates)


def _is_form(word: str, other: str) -> bool:
    """Tells whether two words differ in their endings only."""
    shared = next(
        (at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), min(len(word), len(other))
    )
    return shared >= SHORTEST_STEM and max(len(word), len(other)) - shared <= LONGEST_ENDING


def _sounds_alike(name: str, source: Held) -> bool:
    spelled = find_names(name)
    return any(set(_book(source.names).like(it)) & source.names for it in spelled)


@lru_cache(maxsize=256)
def _book(names: frozenset[str]) -> NameBook:
    return NameBook(dict.fromkeys(names, 1))


def is_heard(word: str, text: str, language: str) -> bool:
    """Tells whether a text in another language has a name that sounds like a word."""
    source = read_source(text, language)
    return _sounds_alike(word, source) or _sounds_in(word, source)


def _sounds_in(name: str, source: Held) -> bool:
    """Tells whether a name is heard in a source's runs without spaces, or the other way round."""
    runs = find_sounds(name)
    if runs:
        heard = {_consonants(letters) for letters in "".join(runs).split()}
        names = {_consonants(letters) for letters in source.spellings}
        stretches = _stretches(runs) if not heard & names else heard
        return any(set(NameBook(dict.fromkeys(names, 1)).like(it)) & names for it in stretches if len(it) >= 4)
    letters = "".join(find_names(name).values())
    wanted = _consonants(letters)
    return len(wanted) >= 3 and bool(set(_book(source.sounds).like(wanted)) & source.sounds)


def _consonants(letters: str) -> str:
    # Chinese writes V as W.
    return skeleton(letters.replace("w", "v"))


def _stretches(runs: Collection[str]) -> Iterator[str]:
    for run in runs:
        consonants = _consonants(run)
        for length in range(3, 11):
            yield from (consonants[at : at + length] for at in range(len(consonants) - length + 1))


def _runs(text: str) -> Iterator[str]:
    """Yields every two to four letters of a text without spaces: one of them is the name, if there is one."""
    for run in _PIECE.findall(text):
        for length in (2, 3, 4):
            yield from (run[at : at + length] for at in range(len(run) - length + 1))


def _known_elsewhere(claim: str, elsewhere: Collection[str]) -> Iterator[str]:
    """Yields the words of a claim in a script without capitals that are names in other texts."""
    known = {name for text in elsewhere for piece in _capitals_within(text) for name in find_names(piece)}
    if not known:
        return
    book = NameBook(dict.fromkeys(known, 1))
    for piece in _PIECE.findall(claim):
        if piece.upper() == piece.lower() and any(set(book.like(name)) & known for name in find_names(piece)):
            yield piece


def _capitals_within(text: str) -> Iterator[str]:
    """Yields the words with a capital that do not begin a sentence."""
    for match in regex.finditer(r"(?<=[\p{Ll}\p{N},;:’'»”)] )[\p{Lu}\p{Lt}][\p{L}\p{M}]{2,}", text):
        yield match.group()
