"""Speakers called by an office or a noun alone → the named ones whom they stand for: "the grandmaster said".

News names somebody fully and goes on with what they are: of whom it goes on to speak, the headline and the first
sentences tell, and within a paragraph the speaker before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

from assistant.answering.speaking.entries import DEFINITE, GROUP, INDEFINITE, JOINER, PREPOSITION
from assistant.answering.speaking.lexicon import Lexicon, load_lexicons
from assistant.answering.speaking.lines import Line
from assistant.answering.speaking.naming import Phrase
from assistant.answering.speaking.people import People, Person, same_word

# How sure it is at most that a noun stands for the speaker before it, or for the one whom the article is about.
FOR_THE_SPEAKER, FOR_THE_SUBJECT = 0.75, 0.7

# Offices that nobody holds beside another one of them: the prosecutor is not the mayor whom the article is about.
_OFFICES = (
    "minister president mayor governor prosecutor judge ambassador chancellor king queen pope senator lawmaker "
    "spokesperson policechief lawyer bishop commissioner envoy adviser secretarygeneral"
)
OFFICES = frozenset(_OFFICES.split())
# But a company's president may be its chair, and a mayor or a judge an official.
BROAD = frozenset(["official", "member", "lawmaker", "candidate", "author", "head"])
LEADERS = frozenset(["secretarygeneral", "president", "chair", "governor", "mayor", "chancellor", "commissioner"])
# What tells a person's name from a thing's: named alone by the family name, named again; behind a preposition, behind
# "the" or between quotation marks; surely one that has a council. What tells that it is not who is called by another
# title: a title.
ALONE, NAMED_AGAIN, ELSEWHERE, AS_A_THING, HAS_A_BODY, OTHER_TITLE, SAME_TITLE = 1.0, 0.25, 0.5, 2.0, 5.0, 1.0, 3.0
IN_THE_LEAD, LEAD = 1.5, 4  # sentences, the headline among them
NOBODY = -1.0  # a name that this little speaks for is a place or a thing
NAMES_WITHOUT_ARTICLES = frozenset({"en", "fr", "es", "nl", "de", "id"})

DATELINE = 5  # sentences behind the headline and words of each in which the place stands: "PORT CALM, 4 March"
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
    if (
        lexicon.cased
        and _has_articles(lexicon.language)
        and not any(token.roles & DEFINITE for token in (*within, *([before] if before else ())))
    ):
        return False
    return bool(phrase.keys) or not _means_many(phrase, line, verb, lexicon)


@cache
def _has_articles(language: str) -> bool:
    phrases = load_lexicons()[language].phrases
    return any(entry.roles & DEFINITE for those in phrases.values() for _, entry in those)


def _means_many(phrase: Phrase, line: Line, verb: int, lexicon: Lexicon) -> bool:
    ends = lexicon.plural_ends
    said = next((token.word for token in line.tokens if token.start == verb), "")
    nouns = [noun for noun in phrase.others if len(noun) >= SHORTEST_NOUN]
    return any(noun.endswith(ends) for noun in nouns) or said.endswith(tuple(end for end in ends if len(end) > 1))


def find_stood_for(
    text: str,
    told: Mapping[int, Sequence[tuple[Person, float]]],
    lines: Sequence[Line],
    people: People,
    lexicon: Lexicon,
) -> Iterator[tuple[Person, Person, float]]:
    """Yields each speaker who is called by a noun alone, whom it means, and how sure that is at most."""
    subjects = _subjects(text, lines, people, lexicon)
    met: set[int] = set()
    for at, said in sorted(told.items()):
        for person, _ in said:
            if id(person) in met or not person.noun:
                continue
            met.add(id(person))
            before = told.get(at - 1, ()) if at and lines[at - 1].paragraph == lines[at].paragraph else ()
            speaker = next((one for one, _ in before if one.names and not one.group), None)
            fit = [one for one in subjects if _may_be(person, one) and len(one.names) > 1]
            likely = [(_is_other(person, one) - subjects[one], rank, one) for rank, one in enumerate(fit)]
            subject = min(likely)[-1] if likely else None
            if speaker is None:
                speaker = _named_beside(lines, at, people)
            if speaker and _may_be(person, speaker):
                yield person, speaker, FOR_THE_SPEAKER
            elif subject:
                yield person, subject, FOR_THE_SUBJECT


def _named_beside(lines: Sequence[Line], at: int, people: People) -> Person | None:
    """Returns the one with an office whom the paragraph names last before a line, though he has said nothing yet."""
    first = next(place for place in range(at, -1, -1) if not place or lines[place - 1].paragraph != lines[at].paragraph)
    begin, end = lines[first].sentence.start, lines[at].sentence.start
    named = [one for one in people.met if one.names and one.keys and not one.group and begin <= one.span.start < end]
    return max(named, key=lambda one: one.span.start, default=None)


def _is_other(noun: Person, person: Person) -> float:
    """Returns how much a title of their own tells that somebody is not called by this noun."""
    if not person.keys:
        return 0.0
    return -SAME_TITLE if noun.keys & person.keys else OTHER_TITLE


def _subjects(text: str, lines: Sequence[Line], people: People, lexicon: Lexicon) -> Mapping[Person, float]:
    """Returns whom the article may be about, and how likely: those whom its headline names, else anybody."""
    places = {
        token.word
        for line in lines[1 : 1 + DATELINE]
        for token in line.tokens[:DATELINE]
        if len(token.word) > 1 and text[token.start : token.end].isupper()
    }
    named = [person for person in people.met if person.names and not person.group and person.names[-1] not in places]
    named = [person for person in named if person.keys or len(person.names) > 1]
    likely = {id(person): _personhood(person, lines, lexicon) for person in named}
    heading = {token.word for token in lines[0].tokens} if lines else set()
    named = [person for person in named if likely[id(person)] > NOBODY]
    headed = [person for person in named if _is_named(person, heading)]
    if not headed and not lexicon.cased:  # somebody whom nothing tells to be one may be it
        return {}
    return {person: likely[id(person)] for person in headed or named}


def _personhood(person: Person, lines: Sequence[Line], lexicon: Lexicon) -> float:
    """Returns how much tells that a name is somebody's and not a place's, a ship's or an event's, and is named often.

    People are called by their family names alone; they stand behind no preposition.
    """
    score = 0.0
    for number, line in enumerate(lines):
        score += IN_THE_LEAD * (0 < number < LEAD and _is_named(person, {token.word for token in line.tokens}))
        for at, token in enumerate(line.tokens):
            if not token.name or not same_word(person.names[-1], token.word):
                continue
            before = line.tokens[at - 1] if at else None
            if len(person.names) > 1 and not (before and before.name):
                score += ALONE
            first = at
            while first and line.tokens[first - 1].name:
                first -= 1
            before = line.tokens[first - 1] if first else None
            if any(it.held for it in line.tokens[first : at + 1]):
                score -= AS_A_THING
            elif before and lexicon.cased and before.roles & (PREPOSITION | JOINER):
                score -= HAS_A_BODY if first > 1 and line.tokens[first - 2].roles & GROUP else ELSEWHERE
            elif before and before.roles & DEFINITE and lexicon.language in NAMES_WITHOUT_ARTICLES:
                score -= AS_A_THING
            else:
                score += NAMED_AGAIN
    return score


def _is_named(person: Person, words: AbstractSet[str]) -> bool:
    surname = person.names[-1]
    return surname in words or any(same_word(surname, word) for word in words)


@cache
def _bodies() -> frozenset[str]:
    """Returns the keys of what somebody may be the head of, in any language."""
    phrases = (those for lexicon in load_lexicons().values() for those in lexicon.phrases.values())
    return frozenset(key for those in phrases for _, entry in those if entry.roles & GROUP for key in entry.keys)


def _nouns(person: Person) -> list[str]:
    return [word for word in person.others if len(word) >= SHORTEST_NOUN]


def _may_be(noun: Person, person: Person) -> bool:
    if noun is person or (noun.gender and person.gender and noun.gender != person.gender):
        return False
    if ("deputy" in noun.keys) != ("deputy" in person.keys) and noun.keys and person.keys:
        return False
    if not noun.keys or not person.keys or noun.keys & person.keys:
        return True
    if noun.keys & BROAD:  # but the head librarian is not the councillor whom the article is about
        told = all(any(same_word(word, own) for own in (*person.others, *person.names)) for word in _nouns(noun))
        return told and noun.keys - BROAD - _bodies() <= person.keys
    if noun.keys & LEADERS and person.keys & LEADERS:
        return True
    return not (noun.keys | person.keys) & OFFICES
