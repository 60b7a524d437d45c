"""Speakers called by an office or a noun alone → the named ones whom they stand for: "the grandmaster said".

News names somebody fully and goes on with what they are: of whom it goes on to speak, the headline and the first
sentences tell, and within a paragraph the speaker before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.answering.speaking.lexicon import DEFINITE, INDEFINITE, Lexicon
from assistant.answering.speaking.lines import Line
from assistant.answering.speaking.naming import Phrase
from assistant.answering.speaking.people import People, Person, same_word

# How sure it is at most that a noun stands for the speaker before it, or for the one whom the article is about.
FOR_THE_SPEAKER, FOR_THE_SUBJECT = 0.75, 0.7

# Offices that one person is called by in turn: the company's president, its head, its boss.
LEADERS = frozenset(
    {
        "secretarygeneral",
        "president",
        "head",
        "chair",
        "executive",
        "director",
        "directorgeneral",
        "founder",
        "owner",
        "manager",
        "captain",
        "coach",
        "chancellor",
        "governor",
        "mayor",
        "policechief",
        "commissioner",
        "military",
    }
)
SHORTEST_NOUN = 4  # letters of a noun whose ending tells that it means many


def stands_for_another(phrase: Phrase, line: Line, verb: int, lexicon: Lexicon) -> bool:
    """Whether a phrase without a name means somebody whom the article names elsewhere: "the mayor", not "a mayor"."""
    if phrase.names or phrase.pronoun or phrase.group or not (phrase.keys or lexicon.cased):
        return False
    before = next((token for token in reversed(line.tokens) if token.end <= phrase.start), None)
    if before and before.roles & INDEFINITE and not before.roles & DEFINITE:
        return False
    within = [token for token in line.tokens if phrase.start <= token.start and token.end <= phrase.end]
    if any(token.roles & INDEFINITE for token in within):
        return False
    articles = any(entry.roles & DEFINITE for those in lexicon.phrases.values() for _, entry in those)
    if articles and not any(token.roles & DEFINITE for token in (*within, *([before] if before else ()))):
        return False
    return bool(phrase.keys) or not _means_many(phrase, line, verb, lexicon)


def _means_many(phrase: Phrase, line: Line, verb: int, lexicon: Lexicon) -> bool:
    ends = lexicon.plural_ends
    said = next((token.word for token in line.tokens if token.start == verb), "")
    nouns = [noun for noun in phrase.others if len(noun) >= SHORTEST_NOUN]
    return any(noun.endswith(ends) for noun in nouns) or said.endswith(tuple(end for end in ends if len(end) > 1))


def find_stood_for(
    told: Mapping[int, Sequence[tuple[Person, float]]], lines: Sequence[Line], people: People
) -> Iterator[tuple[Person, Person, float]]:
    """Yields each speaker who is called by a noun alone, whom it means, and how sure that is at most."""
    subject = _subject(lines, people)
    met: set[int] = set()
    for at, said in sorted(told.items()):
        for person, _ in said:
            if not person.noun or id(person) in met:
                continue
            met.add(id(person))
            before = told.get(at - 1, ()) if at and lines[at - 1].paragraph == lines[at].paragraph else ()
            speaker = next((one for one, _ in before if one.names and not one.group), None)
            if speaker and _may_be(person, speaker):
                yield person, speaker, FOR_THE_SPEAKER
            elif subject and _may_be(person, subject):
                yield person, subject, FOR_THE_SUBJECT


def _subject(lines: Sequence[Line], people: People) -> Person | None:
    """Returns whom the article is about: the first whom its headline names, else the first whom it names at all."""
    named = [person for person in people.met if person.names and not person.group]
    heading = {token.word for token in lines[0].tokens} if lines else set()
    headed = [person for person in named if any(same_word(person.names[-1], word) for word in heading)]
    return next(iter(headed or named), None)


def _may_be(noun: Person, person: Person) -> bool:
    if noun is person or (noun.gender and person.gender and noun.gender != person.gender):
        return False
    if ("deputy" in noun.keys) != ("deputy" in person.keys) and noun.keys and person.keys:
        return False
    if not noun.keys or not person.keys or noun.keys & person.keys:
        return True
    return bool(noun.keys & LEADERS and person.keys & LEADERS)
