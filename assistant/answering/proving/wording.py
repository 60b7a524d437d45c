"""A claim and sentences of its own language → whether their words prove it: each of its words, in their order.

A shortened sentence keeps the order of what it keeps, and starts where a statement starts; a sentence about somebody
else takes words from here and there. Only what tells a time, or who says it, may stand elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from assistant.answering.proving.lexicon import lexicon_of
from assistant.answering.proving.opposing import opposed, polarity
from assistant.answering.proving.words import Word, is_preposition, joins_nouns, read_words, same_word

MOST_SKIPPED = 3  # words of the article between two of the claim
MOST_SKIPPED_LETTERS = 8  # the same in scripts without spaces
MOST_PLACES = 12  # where a word of the claim may stand in a sentence

DESCENT, SPLICE = 1, 100


@dataclass(frozen=True, slots=True)
class _Path:
    cost: int
    places: tuple[int, ...]


def proves_wording(claim: str, sentences: Sequence[str], language: str, title: str = "") -> bool:
    """Tells whether sentences say a claim in its own words: one sentence all of it, or each statement of it one.

    What the article is about may be named where a sentence does not: "the repairs" are those "of the harbour" that the
    `title` names.
    """
    words = read_words(claim, language)
    if any(_fits(words, sentence, claim, language, whole=True) for sentence in sentences):
        return True
    words = _without_topic(words, read_words(title, language), language)
    if any(_fits(words, sentence, claim, language, whole=True) for sentence in sentences):
        return True
    statements = list(_statements(words))
    return len(statements) > 1 and all(
        any(_fits(statement, sentence, claim, language, whole=False) for sentence in sentences)
        for statement in statements
    )


def says_in_any_order(claim: str, text: str, language: str) -> bool:
    """Tells whether a text has all words of a claim that say something."""
    there = read_words(text, language)
    return all(any(same_word(word, it) for it in there) for word in read_words(claim, language) if word.content)


def _without_topic(words: Sequence[Word], title: Sequence[Word], language: str) -> tuple[Word, ...]:
    """Returns the words of a claim without what the title names, where a preposition puts it behind another word."""
    lexicon = lexicon_of(language)
    poles = [pole for group in lexicon.opposites.values() for pole in group.values()]
    kept: list[Word] = []
    for at, word in enumerate(words):
        named = word.content and not word.counted and not any(pole.has(word.forms) for pole in poles)
        opened = any(joins_nouns(it.text, language) for it in _free_before(words, at))
        if named and opened and len(kept) > 1 and any(same_word(word, it) for it in title):
            continue
        kept.append(word)
    return tuple(kept)


def _free_before(words: Sequence[Word], at: int) -> Iterator[Word]:
    for word in reversed(words[:at]):
        if not word.free:
            return
        yield word


def _statements(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    starts = [at for at, word in enumerate(words) if at and word.apart]
    for start, end in pairwise([0, *starts, len(words)]):
        if any(word.content for word in words[start:end]):
            yield tuple(words[start:end])


def _fits(words: Sequence[Word], sentence: str, claim: str, language: str, *, whole: bool) -> bool:
    wanted = [word for word in words if word.content]
    if not wanted:
        return False
    there = read_words(sentence, language)
    path = _aligned(wanted, there, language)
    if (
        path is None
        or not _in_order(words, wanted, there, path.places)
        or not _counts_the_same(wanted, there, path.places)
    ):
        return False
    if not whole and _skips_at_start(there, min(path.places), language, strictly=True):
        return False
    said = polarity(claim[words[0].start : words[-1].end], language)
    around = polarity(_around(sentence, there, path.places), language)
    if said.negated != around.negated or (around.hedged and not said.hedged) or opposed(said, around):
        return False
    return not around.denied or said.denied


def _aligned(wanted: Sequence[Word], there: Sequence[Word], language: str) -> _Path | None:
    """Returns the places of the wanted words with the fewest breaks of order, or None where words are missing or taken
    from here and there.
    """
    paths: list[_Path] = []
    for at, word in enumerate(wanted):
        places = [place for place, it in enumerate(there) if same_word(word, it)][:MOST_PLACES]
        if not places:
            return None
        if at == 0:
            paths = [_Path(SPLICE * _skips_at_start(there, place, language), (place,)) for place in places]
            continue
        paths = [
            min(
                (
                    _Path(path.cost + _step(there, path.places[-1], place, word, language), (*path.places, place))
                    for path in paths
                ),
                key=lambda path: path.cost,
            )
            for place in places
        ]
    best = min(paths, key=lambda path: path.cost)
    return best if best.cost < SPLICE else None


def _step(there: Sequence[Word], before: int, place: int, word: Word, language: str) -> int:
    if place <= before:
        return DESCENT + SPLICE * _skips_at_start(there, place, language)
    skipped = [it for it in there[before + 1 : place] if it.content and not it.counted and not it.timely]
    boundary = max((at for at in range(before + 1, place + 1) if there[at].broken), default=-1)
    if word.broken or boundary > 0:
        return SPLICE * _skips_at_start(there, place, language, strictly=not word.broken)
    most = MOST_SKIPPED_LETTERS if len(word.text) == 1 and not word.text.isascii() else MOST_SKIPPED
    return SPLICE * (len(skipped) > most)


def _skips_at_start(there: Sequence[Word], place: int, language: str, *, strictly: bool = False) -> bool:
    """Tells whether words between a statement's start and a place are skipped that may be what it is about."""
    if there[place].counted or there[place].timely:
        return False
    start = max((at for at in range(place + 1) if there[at].broken), default=0)
    before = there[start:place]
    skipped = [at for at, word in enumerate(before) if word.content and not word.counted and not word.timely]
    if not skipped:
        return False
    if is_preposition(there[start].text, language):
        return False
    if strictly:
        return True
    return skipped[-1] != len(before) - 1  # a title stands right before a name; "the wife of the mayor" has an "of"


def _in_order(words: Sequence[Word], wanted: Sequence[Word], there: Sequence[Word], places: Sequence[int]) -> bool:
    """Tells whether the order is that of the sentence, but for one piece that tells a time or who says it."""
    breaks = [at for at in range(1, len(places)) if places[at] <= places[at - 1]]
    turned = _turned(words, wanted, there, places)
    if turned is None:
        return False
    breaks = [at for at in breaks if at not in turned]
    if not breaks:
        return True
    if len(breaks) > 1:
        return False
    if turned:  # what is done to it stood behind the verb, and stands before it now
        return True
    first, second = wanted[: breaks[0]], wanted[breaks[0] :]
    return any(_tells_time(piece) for piece in (first, second)) or _tells_who(words, first, second)


def _turned(
    words: Sequence[Word], wanted: Sequence[Word], there: Sequence[Word], places: Sequence[int]
) -> set[int] | None:
    """Returns the words of a passive claim that stand behind what they do, where the sentence has them before it; or
    None where a word is made the agent that is none in the sentence.
    """
    turned: set[int] = set()
    for word in words:
        if not word.agent:
            continue
        at = next((at for at, it in enumerate(wanted) if it.start > word.start), len(wanted) - 1)
        own = places[at]
        if any(it.agent and it.text == word.text for it in there[max(0, own - 3) : own + 3]):
            continue
        if at == 0 or own > places[at - 1]:
            return None
        turned.add(at)
    return turned


def _tells_time(piece: Sequence[Word]) -> bool:
    timely = [word for word in piece if word.counted or word.timely]
    return bool(timely) and len(piece) - len(timely) <= 1


def _tells_who(words: Sequence[Word], first: Sequence[Word], second: Sequence[Word]) -> bool:
    """Tells whether a verb of saying parts two pieces of a claim."""
    return any(word.says and first[-1].start < word.start < second[0].end + 20 for word in words) or any(
        word.says and word.start < first[-1].start for word in words[:2]
    )


def _counts_the_same(wanted: Sequence[Word], there: Sequence[Word], places: Sequence[int]) -> bool:
    """Tells whether what stands right behind a number without a known unit does so in the sentence, too."""
    for at, (word, follower) in enumerate(pairwise(wanted)):
        if word.counted is None or follower.counted or follower.broken or word.counted.unit or word.counted.dated:
            continue
        if follower.start - word.end > 1 or regex.fullmatch(r"[12]\d{3}", word.text):
            continue
        own, other = places[at], places[at + 1]
        if not abs(other - own) <= 2 or any(it.counted for it in there[min(own, other) + 1 : max(own, other)]):
            return False
    return True


def _around(sentence: str, there: Sequence[Word], places: Sequence[int]) -> str:
    """Returns the statements of a sentence that hold these places."""
    first = max((at for at in range(min(places) + 1) if there[at].broken), default=0)
    last = next((at for at in range(max(places) + 1, len(there)) if there[at].broken), len(there))
    return sentence[there[first].start : there[last - 1].end]
