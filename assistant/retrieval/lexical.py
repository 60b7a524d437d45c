"""A question's words and names → passages that say them, and how much of the question each says.

Words match within a language, names across scripts. Where one side has no spaces between its words, the other's names
are looked for within it: Stoltenberg in 斯托尔滕贝格说. Both are weighed by how rare they are here, and a word
that no passage says counts fully: a channel that met little of the question has little to say.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from assistant.corpus.words import find_names, find_sounds, find_words, skeleton
from assistant.retrieval.store import Lexicon, Snapshot, Words

# Terms are looked up from the rarest on until they lead to this many passages: common words find everything, slowly.
MOST_POSTINGS = 2_000

# A skeleton this like another is taken for the same name: one letter in five may differ, and short ones may not.
LIKE_ENOUGH = 0.8
MOST_LIKE = 8

# Within a run nobody knows where a name starts, so that more of it has to be there.
HEARD_ENOUGH = 87
SHORTEST_HEARD = 5

LEAST_WEIGHT = 0.05


@dataclass(frozen=True, slots=True)
class Wording:
    """What a question says: its words and names with their weights, and for each name how like it others here are.

    `unsaid` are those of the names, with their letters, that no passage says; `sounds` what the question says in a
    script without spaces, romanised.
    """

    words: Mapping[str, float]
    names: Mapping[str, float]
    likeness: Mapping[str, Mapping[str, float]]
    unsaid: Mapping[str, str]
    sounds: Sequence[str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which share of a question's words, and of its names, a passage says, by weight: 0 to 1.

    `heard` is the share of names that are found inside a run of a script without spaces.
    """

    words: float
    names: float
    heard: float = 0.0


class NameBook:
    """The names of an index and how many passages say each, for finding those that are like another."""

    def __init__(self, counted: Mapping[str, int]) -> None:
        self.counted = counted
        # How a name starts survives every script; comparing with all of them would take longer than the search.
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for name in counted:
            self._by_start[name[:1]].append(name)

    def like(self, name: str) -> dict[str, float]:
        """Returns the names that are like this one, each with how much: 1 is the same."""
        if name.isdigit():
            return {name: 1.0}
        found = process.extract(
            name,
            self._by_start.get(name[:1], []),
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=LIKE_ENOUGH,
            limit=MOST_LIKE,
        )
        return {other: likeness for other, likeness, _ in found} | {name: 1.0}


def read_wording(question: str, language: str, snapshot: Snapshot, book: NameBook, passages: int) -> Wording:
    """Weighs a question's words and names in an index of so many passages."""
    words = dict.fromkeys(find_words(question, language))
    counted = snapshot.words_counted(words)
    spellings = find_names(question)
    likeness = {name: book.like(name) for name in spellings}
    return Wording(
        {word: _weight(counted.get(word, 0), passages) for word in words},
        {
            name: _weight(max(book.counted.get(other, 0) for other in others), passages)
            for name, others in likeness.items()
        },
        likeness,
        {
            name: letters
            for name, letters in spellings.items()
            if not any(book.counted.get(other) for other in likeness[name])
        },
        find_sounds(question),
    )


def find_passages(
    wording: Wording,
    snapshot: Snapshot,
    lexicon: Lexicon,
    passages: int,
    limit: int,
    articles: Collection[int] | None = None,
) -> list[int]:
    """Returns the at most `limit` passages, of `articles` if they are given, that say most of the question's words or
    names.
    """
    if lexicon == "words":
        weights = wording.words
    else:
        weights = {
            other: wording.names[name] * like
            for name, others in wording.likeness.items()
            for other, like in others.items()
        }
    terms = _rarest(weights, passages)
    return snapshot.passages_saying(lexicon, terms, limit, articles)


def measure_coverage(wording: Wording, said: Mapping[int, Words]) -> dict[int, Coverage]:
    """Returns how much of the question each passage says."""
    return {
        passage: Coverage(
            _words_said(wording, set(words.words.split())),
            _names_said(wording, set(words.names.split())),
            max(_names_heard_in_passage(wording, words.sounds.split()), _names_heard_in_question(wording, words)),
        )
        for passage, words in said.items()
    }


def _words_said(wording: Wording, said: Collection[str]) -> float:
    total = sum(wording.words.values())
    return sum(weight for word, weight in wording.words.items() if word in said) / total if total else 0.0


def _names_said(wording: Wording, said: Collection[str]) -> float:
    return _share(
        wording,
        {
            name: max((like for other, like in others.items() if other in said), default=0.0)
            for name, others in wording.likeness.items()
        },
    )


def _names_heard_in_passage(wording: Wording, sounds: Sequence[str]) -> float:
    if not sounds:
        return 0.0
    return _share(wording, {name: _heard(name, letters, sounds) for name, letters in wording.unsaid.items()})


def _names_heard_in_question(wording: Wording, words: Words) -> float:
    # Nobody can tell which share of the question such a name is: it may be all of it.
    if not wording.sounds:
        return 0.0
    names = (name for name in words.names.split() if len(name) > SHORTEST_HEARD)
    return max((_heard(name, "", wording.sounds) for name in names), default=0.0)


def _share(wording: Wording, met: Mapping[str, float]) -> float:
    total = sum(wording.names.values())
    return sum(weight * met.get(name, 0.0) for name, weight in wording.names.items()) / total if total else 0.0


def _heard(name: str, spelling: str, sounds: Sequence[str]) -> float:
    """Returns how like the name some part of the romanised runs is, by its consonants or letter by letter."""
    best = 0.0
    for run in sounds:
        if len(name) >= SHORTEST_HEARD:
            best = max(best, fuzz.partial_ratio(name, skeleton(run), score_cutoff=HEARD_ENOUGH) / 100)
        if len(spelling) >= SHORTEST_HEARD:
            best = max(best, fuzz.partial_ratio(spelling, run, score_cutoff=HEARD_ENOUGH) / 100)
    return best


def _weight(counted: int, passages: int) -> float:
    # The usual inverse document frequency, never nothing: in an archive of one passage every word is common.
    return max(math.log((passages + 1) / (counted + 0.5)), LEAST_WEIGHT)


def _rarest(weights: Mapping[str, float], passages: int) -> Sequence[str]:
    terms: list[str] = []
    postings = 0.0
    for term, weight in sorted(weights.items(), key=lambda item: -item[1]):
        postings += (passages + 1) * math.exp(-weight)
        if terms and postings > MOST_POSTINGS:
            break
        terms.append(term)
    return terms
