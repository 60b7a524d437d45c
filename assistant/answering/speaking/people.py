"""The phrases of an article, in reading order → the people and institutions they mean, each with its fullest naming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.answering.speaking.naming import PARTICLES, Phrase
from assistant.answering.speaking.tokens import UNSPACED
from assistant.types import Span

# Names of inflecting languages differ at their ends: Velta, Velts, Вельтом.
SHORTEST_STEM = 3
LONGEST_ENDING = 3
STAND_BESIDE = frozenset({"spokesperson", "adviser", "assistant"})  # what is somebody else's
MOST_NAMED = 200  # people that a text is searched for at once: whoever was named before is forgotten
ENDING_LETTERS = frozenset("aeiouyąęóáéíăаеёиійоуыэюяьєїαεηιουωςάέήίόύώ")


@dataclass(slots=True, eq=False)
class Person:
    """Somebody an article names: where it does so most fully, and what is known of them."""

    span: Span
    names: list[str]
    others: list[str]
    keys: set[str]
    group: bool = False
    gender: str = ""
    noun: bool = False  # called by an office or a noun alone that stands for somebody named elsewhere


@dataclass(slots=True)
class People:
    """Who was named so far, in the order in which they were last named, and who spoke, latest last; `met` is in the
    order of the first naming.
    """

    named: list[Person] = field(default_factory=list)
    spoke: list[Person] = field(default_factory=list)
    met: list[Person] = field(default_factory=list)
    topic: Person | None = None  # whom a paragraph begins with, though he or she has not spoken in it yet

    def meet(self, phrase: Phrase, *, new: bool = True) -> Person | None:
        """Returns whom a phrase means, somebody `new` if nobody before fits; their naming becomes the fuller one."""
        person = self.known(phrase)
        if person is None and not new:
            return None
        if person is None:
            person = Person(Span(phrase.start, phrase.end), phrase.names, phrase.others, set(phrase.keys), phrase.group)
            self.met.append(person)
        else:
            if person in self.named:
                self.named.remove(person)
            more = _count(phrase.names) - _count(person.names)
            if more > 0 or (not more and len(phrase.keys) > len(person.keys)):
                person.span, person.names = Span(phrase.start, phrase.end), phrase.names or person.names
            person.keys |= phrase.keys
            person.others += [other for other in phrase.others if other not in person.others]
        self.named.append(person)
        del self.named[:-MOST_NAMED]
        return person

    def say(self, person: Person, gender: str) -> None:
        """Notes that somebody speaks, and what the sentence tells of their gender."""
        person.gender = person.gender or gender
        self.topic = None
        if person in self.spoke:
            self.spoke.remove(person)
        self.spoke.append(person)

    def recent(self, gender: str, *, plural: bool = False) -> Person | None:
        """Returns who is meant by a pronoun: the latest speaker of this gender, else the last named, else None."""
        if self.topic and not plural and (not gender or self.topic.gender in ("", gender)):
            return self.topic
        fits = [person for person in self.spoke[-3:] if plural or not person.group] or self.spoke[-1:]
        if gender:
            # The latest of them, though an earlier one may be surely of this gender: news goes on with who spoke last.
            fits = [person for person in fits if person.gender in ("", gender)]
            fits = fits or [person for person in self.named[-2:] if person.gender in ("", gender)]
        if fits:
            return fits[-1]
        fits = [person for person in self.named if person.names and (not gender or person.gender in ("", gender))]
        return fits[-1] if fits else None

    def holds(self, phrase: Phrase) -> bool:
        """Returns whether somebody with a name was named with this office before."""
        return any(it.names and phrase.keys <= it.keys for it in self.named)

    def only_holder(self, person: Person) -> Person | None:
        """Returns the one who is named somewhere with the office that somebody is called by, if there is just one."""
        phrase = Phrase(person.span.start, person.span.end, [], person.others, person.keys, person.group)
        told = {*person.names, *person.others}
        holders = [
            it
            for it in self.named
            if it is not person and len(it.names) > len(person.names) and person.keys <= it.keys
            if _titles_fit(phrase, it)
            and (told <= {*it.names, *it.others} or (not person.names and _places_fit(phrase, it)))
        ]
        return holders[0] if person.keys and not person.group and len(holders) == 1 else None

    def known(self, phrase: Phrase) -> Person | None:
        """Returns who was named before and is meant by a phrase, or None."""
        if phrase.names:
            surname = phrase.names[-1]
            for person in reversed(self.named):
                if any(same_word(surname, name) for name in person.names[-1:]) and _agree(phrase, person):
                    return person
                if phrase.names == person.names[:1] and not phrase.keys:  # by the first name
                    return person
        if not phrase.keys:
            return next((it for it in reversed(self.named) if not phrase.names and it.others == phrase.others), None)
        for person in reversed(self.named):
            if _titles_fit(phrase, person) and _places_fit(phrase, person):
                return person
        return None


def _count(names: Sequence[str]) -> int:
    return sum(name not in PARTICLES for name in names)


def _agree(phrase: Phrase, person: Person) -> bool:
    """Two full names with different first names are two people."""
    if len(phrase.names) < 2 or len(person.names) < 2 or len(phrase.names) != len(person.names):
        return True
    return any(same_word(one, other) for one in phrase.names[:-1] for other in person.names[:-1])


def _titles_fit(phrase: Phrase, person: Person) -> bool:
    if phrase.group != person.group or ("deputy" in phrase.keys) != ("deputy" in person.keys):
        return False
    if STAND_BESIDE & person.keys and not STAND_BESIDE & phrase.keys:  # the president is not the president's spokesman
        return False
    if "prime" in person.keys and "prime" not in phrase.keys:
        return False
    return phrase.keys <= person.keys


def _places_fit(phrase: Phrase, person: Person) -> bool:
    told = [*phrase.names, *_places(phrase.others)]
    known = [*person.names, *_places(person.others)]
    places = _places(person.others)
    if person.group or not phrase.names:
        return not told or (not places and not phrase.group) or all(any(same_word(a, b) for b in known) for a in told)
    return all(any(same_word(a, b) for b in known) for a in told)


def _places(others: Sequence[str]) -> list[str]:
    return [other for other in others if len(other) > SHORTEST_STEM]


@lru_cache(maxsize=50_000)
def same_word(one: str, other: str) -> bool:
    """Whether two words of a text are one name, perhaps with endings of its language."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    shared = 0
    for a, b in zip(short, long, strict=False):
        if a != b:
            break
        shared += 1
    ended = {*short[shared:], *long[shared:]} <= ENDING_LETTERS or shared == len(short)
    stem = max(SHORTEST_STEM, len(short) - 2)
    inflected = shared >= stem and ended and len(long) - shared <= LONGEST_ENDING
    within = len(short) >= 2 and not short.isascii() and long.endswith(("·" + short, "・" + short))
    within = within or (len(short) >= 2 and bool(UNSPACED.match(short)) and long.startswith(short))  # 大森, 大森沙織
    return inflected or within
