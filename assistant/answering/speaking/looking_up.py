"""A word of a text → what the lexicon knows of it, endings and what is written together with it aside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from assistant.answering.speaking.entries import GROUP, OBLIQUE, PREPOSITION, TITLE
from assistant.answering.speaking.lexicon import Entry, Lexicon, load_lexicons, without_article

# A title with an ending of its language has at most so many letters more.
LONGEST_ENDING = 3
SHORTEST_INFLECTED = 5
SHORTEST_PREFIXED = 4  # letters of a name with a preposition written together with it

NOTHING = Entry(0)
BY_DOING = re.compile("باست|با.{2,}[هة]$|ب.{3,}(?:ه|ها|هم)$")  # Arabic "by …ing", "with his …"


def look_up(words: Sequence[str], bare: Sequence[str], at: int, lexicon: Lexicon) -> tuple[int, Entry]:
    """Returns how many words from `at` on the lexicon knows as one, and as what; `bare` are they without articles."""
    candidates = _candidates(words[at], bare[at], lexicon.language)
    for rest, entry in candidates:
        if not rest or tuple(bare[at + 1 : at + 1 + len(rest)]) == rest:
            return 1 + len(rest), entry
    return 1, NOTHING


def is_object(words: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    """Whether a preposition is written together with an unknown Arabic word: "demanded the opening" is of one verb."""
    if lexicon.language != "ar":
        return False
    verb = words[at - 1].lstrip(lexicon.conjunction_prefixes) if at else ""
    takes = verb in lexicon.object_verbs or (at and words[at - 1] in lexicon.object_verbs)
    return bool(BY_DOING.match(words[at])) or bool(takes and words[at][0] in lexicon.preposition_prefixes)


def is_prefixed_name(words: Sequence[str], at: int, pairs: AbstractSet[tuple[str, str]], lexicon: Lexicon) -> bool:
    """Whether a word is a name with a preposition written together with it: بلينا كورفات where لينا كورفات is named.

    `pairs` are all pairs of words that follow each other in the text.
    """
    word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
    prefixed = word[0] in lexicon.preposition_prefixes and len(word) >= SHORTEST_PREFIXED
    return bool(prefixed and following) and (word[1:], following) in pairs


@lru_cache(maxsize=50_000)
def _candidates(word: str, bare: str, language: str) -> tuple[tuple[tuple[str, ...], Entry], ...]:
    """Returns what a word can be with the words that would have to follow it, the likeliest first."""
    lexicon = load_lexicons()[language]
    found: list[tuple[tuple[str, ...], Entry]] = []
    for stripped, extra in _readings(word, bare, lexicon):
        for rest, entry in lexicon.phrases.get(stripped, ()):
            if not extra or entry.roles & (TITLE | GROUP):
                found.append((rest, Entry(entry.roles | extra, entry.keys)))
    if lexicon.stems and len(word) >= SHORTEST_INFLECTED:
        stems = (lexicon.stems.get(word[:cut]) for cut in range(len(word), max(3, len(word) - LONGEST_ENDING - 2), -1))
        found += [((), Entry(stem.roles | OBLIQUE, stem.keys)) for stem in stems if stem][:1]
    if lexicon.compounds and not found:
        found += [((), last) for last in (_compound(word, lexicon),) if last]
    if word.startswith(("لل", "بال")) and len(word) > 4:  # Arabic "to the", "with the"
        found.append(((), Entry(PREPOSITION)))
    return tuple(found)


def _compound(word: str, lexicon: Lexicon) -> Entry | None:
    """Returns what the last part of a long word names: Umweltministerin is a minister."""
    for cut in range(2, len(word) - SHORTEST_INFLECTED):
        for rest, entry in lexicon.phrases.get(word[cut:], ()):
            if not rest and entry.roles & (TITLE | GROUP):
                return entry
    return None


def _readings(word: str, bare: str, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    """Yields a word without what its language writes together with it: "and", "the", and what "to" and "of" make."""
    yield word, 0
    if bare != word:
        yield bare, 0
    if not lexicon.conjunction_prefixes or len(word) < 3:
        return
    rest = word
    if rest[0] in lexicon.conjunction_prefixes:
        rest = rest[1:]
        yield rest, 0
        yield without_article(rest, lexicon.article_prefix), 0
    if rest[0] in lexicon.preposition_prefixes and len(rest) > 3:
        yield rest[1:], PREPOSITION | OBLIQUE
        yield without_article(rest[1:], lexicon.article_prefix), PREPOSITION | OBLIQUE
        if rest.startswith("لل"):
            yield rest[2:], PREPOSITION | OBLIQUE
