"""The sentences of an article → whom they name with a title or with two names, though they let them say nothing."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.speaking.appositions import with_apposition
from assistant.answering.speaking.entries import DEFINITE, SMALL, TITLE
from assistant.answering.speaking.lexicon import Lexicon
from assistant.answering.speaking.lines import Line
from assistant.answering.speaking.naming import PARTICLES, Phrase, read_phrase
from assistant.answering.speaking.people import People, same_word
from assistant.answering.speaking.quotations import COMMAS
from assistant.answering.speaking.reading import Token
from assistant.answering.speaking.standing_in import stands_for_another

NAME_AND_COMMA = 3  # tokens

# Where names are written like words, more of them without a title are a part of the sentence.
LONGEST_NAME = 3  # words, without particles
OWNED_ENDS = ("ته", "تها", "تهم")  # Arabic "his …", "her …", "their …"


def meet_others(tokens: Sequence[Token], people: People, lexicon: Lexicon) -> None:
    """Notes everybody else whom a sentence names with a title or with two names."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.roles & TITLE or (token.name and lexicon.cased):
            right = at
            while right < len(tokens) and not tokens[right].mark:
                right += 1
            phrase = read_phrase(tokens, at, 0, right, lexicon)
            parted = lexicon.cased or not lexicon.spaced
            if not parted and not _begins_with_office(tokens[at : phrase.last + 1]):
                phrase.names = []  # "… a teacher who serves as mayor": no name at all
            if not parted and not phrase.names:
                _named_before(tokens, at, phrase)
            phrase = with_apposition(tokens, phrase, len(tokens), lexicon)
            if len(phrase.names) >= 2 or (phrase.keys and phrase.names and parted):
                people.meet(phrase, new=lexicon.cased or not people.holds(phrase))
            at = max(at, phrase.last) if phrase.names or phrase.group else at  # "the boot of Anna Velt"
        at += 1


def _begins_with_office(tokens: Sequence[Token]) -> bool:
    """Whether titles and then names follow each other, where nothing else tells what is a name."""
    names = next((at for at, token in enumerate(tokens) if token.name), len(tokens))
    return not any(token.roles & TITLE for token in tokens[names:])


def is_no_name(phrase: Phrase, line: Line, people: People) -> bool:
    """Whether the words behind an office go on with the sentence, in a script that writes names like words."""
    if not (phrase.keys and phrase.names):
        return False
    before = next((token for token in reversed(line.tokens) if token.end <= phrase.start), None)
    if before and before.roles & DEFINITE:  # "this officer"
        return True
    last = people.spoke[-1] if people.spoke else None
    known = any(same_word(phrase.names[0], name) for person in people.met for name in person.names)
    return (
        len(phrase.names) == 1 and not known and last is not None and len(last.names) > 1 and phrase.keys <= last.keys
    )


def is_no_one(phrase: Phrase, lexicon: Lexicon) -> bool:
    """Whether words that are taken for a name are the matter of a sentence, in a script that writes both alike."""
    if lexicon.cased or not lexicon.spaced or phrase.keys or not phrase.names:
        return False
    owned = lexicon.language == "ar" and phrase.names[0].endswith(OWNED_ENDS)
    return owned or sum(name not in PARTICLES for name in phrase.names) > LONGEST_NAME


def is_common_noun(phrase: Phrase, people: People, lexicon: Lexicon) -> bool:
    """Whether an Arabic or Hebrew word with the article is a noun that stands for somebody, not a family's name."""
    article = lexicon.article_prefix
    if not article or phrase.keys or len(phrase.names) != 1 or not phrase.names[0].startswith(article):
        return False
    return not any(same_word(phrase.names[0], name) for person in people.met for name in person.names)


def meet_topic(line: Line, people: People, lexicon: Lexicon) -> None:
    """Notes whom a sentence begins with that nobody says: the next "he said" may be theirs."""
    tokens = line.tokens
    first = next((at for at, token in enumerate(tokens) if not token.roles & SMALL or token.roles & TITLE), len(tokens))
    if first >= len(tokens) or not (tokens[first].roles & TITLE or (tokens[first].name and lexicon.cased)):
        return
    right = next((at for at in range(first, len(tokens)) if tokens[at].mark), len(tokens))
    phrase = read_phrase(tokens, first, first, right, lexicon)
    unsure = len(phrase.names) == 1 and not lexicon.cased and lexicon.spaced
    if phrase.group or unsure or (len(phrase.names) < 2 and not phrase.keys):
        people.topic = people.known(phrase) if phrase.names and not phrase.group else None
        return
    person = people.meet(phrase)
    if person and not person.names:
        person.noun = stands_for_another(phrase, line, phrase.start, lexicon)
    people.topic = person if person and (person.names or person.noun) else None


def _named_before(tokens: Sequence[Token], at: int, phrase: Phrase) -> None:
    """Takes the two words before a comma and an office for a name: "وديعة الشهابري، صاحبة المخبز"."""
    if at < NAME_AND_COMMA or tokens[at - 1].mark not in COMMAS:
        return
    name = tokens[at - NAME_AND_COMMA : at - 1]
    if all(token.name and not token.roles for token in name):
        phrase.names, phrase.start = [token.word for token in name], name[0].start
