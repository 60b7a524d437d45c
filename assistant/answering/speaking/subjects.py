"""A verb of saying → its subject: before it, behind it, at the sentence's beginning or before a marker."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.speaking.appositions import with_apposition
from assistant.answering.speaking.entries import (
    AUXILIARY,
    DEFINITE,
    GROUP,
    HONORIFIC,
    INDEFINITE,
    JOINER,
    MARKER,
    PREPOSITION,
    PRONOUN,
    RELATIVE,
    SMALL,
    SUFFIX,
    THAT,
    TIME,
    TITLE,
    VERB,
    WHILE,
)
from assistant.answering.speaking.lexicon import Lexicon
from assistant.answering.speaking.naming import Phrase, find_phrase, read_phrase
from assistant.answering.speaking.quotations import COLONS, COMMAS, DASHES
from assistant.answering.speaking.reading import Token

QUOTATION = '"'  # the mark that stands for a whole quotation
VERB_SECOND = frozenset({"de", "nl"})
MOST_NOUNS = 2  # words behind an article that may name somebody
BOUNDARY_MARKS = COMMAS | COLONS | DASHES | frozenset('()[]!?.…。！？؟।|"')


def find_subject(line: Sequence[Token], at: int, lexicon: Lexicon) -> Phrase | None:
    """Returns who does what the verb at `at` says, as its language places it, or None when nobody stands there."""
    if at == 1 and line[0].roles & INDEFINITE:  # "One said Velt promised more boats."
        return None
    if "after" in lexicon.subject and _is_inverted(line, at, lexicon):
        phrase = _named_fully(line, at, lexicon) or _after(line, at, lexicon, inverted=True)
        if phrase:
            return phrase
    for place in lexicon.subject:
        phrase = {"before": _before, "after": _after, "first": find_first, "marked": _marked}[place](line, at, lexicon)
        if phrase:
            return phrase
    return None


def gender_of(verb: str, lexicon: Lexicon) -> str:
    """Returns the gender that a verb's ending tells of its subject: "f", "m" or nothing."""
    if lexicon.she_ends and verb.endswith(lexicon.she_ends):
        return "f"
    return "m" if lexicon.he_ends and verb.endswith(lexicon.he_ends) else ""


def _is_inverted(line: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    following = at + 1
    while following < len(line) and _is_passed_over(line, following):
        following += 1
    if following >= len(line) or line[following].mark:
        return False
    token = line[following]
    if not (token.name or token.roles & (TITLE | GROUP | PRONOUN)):
        return False
    if token.roles & PRONOUN and token.roles & SMALL:
        return False  # "…, denied it."
    before = at - 1
    while before >= 0 and line[before].roles & (AUXILIARY | SMALL) and not line[before].roles & PRONOUN:
        before -= 1
    second = before < 0 < at and lexicon.language in VERB_SECOND  # "Ook beloofde ze …"
    if token.roles & PRONOUN and following + 1 < len(line) and not line[following + 1].mark and not second:
        return False  # "…, saying it was"
    if before < 0 or line[before].mark in BOUNDARY_MARKS:
        return True
    if lexicon.verb_last or "first" in lexicon.subject:
        return bool(lexicon.cased) and following == at + 1
    # "Später sagte Velt": a single word at the beginning that is written large for that alone.
    alone = before == 0 and line[0].name and lexicon.cased and token.name and not line[0].roles
    return bool(alone and "after" in lexicon.subject and following == at + 1 and lexicon.language in VERB_SECOND)


def _is_passed_over(line: Sequence[Token], at: int) -> bool:
    """Whether a word may stand between a verb and its subject: "said on Monday the mayor"."""
    if line[at].roles & (AUXILIARY | SMALL):
        return True
    return bool(line[at].roles & PREPOSITION) and at + 1 < len(line) and bool(line[at + 1].roles & TIME)


def left_edge(line: Sequence[Token], at: int) -> int:
    """Returns where the clause begins that a word before `at` stands in."""
    while at > 0:
        token = line[at - 1]
        if token.mark == " ":  # between a title's name and the family's, in a script that parts clauses so too
            begin = at - 1
            while begin > 0 and not line[begin - 1].mark:
                begin -= 1
            return next((place for place in range(at - 2, begin - 1, -1) if line[place].roles & TITLE), at)
        if token.mark in BOUNDARY_MARKS or token.roles & (THAT | WHILE | RELATIVE | VERB):
            break
        at -= 1
    return at


def right_edge(line: Sequence[Token], at: int) -> int:
    """Returns where the clause ends that the word at `at` stands in."""
    while at < len(line) and not (line[at].mark in BOUNDARY_MARKS or line[at].roles & (THAT | WHILE | VERB | RELATIVE)):
        at += 1
    return at


def _before(line: Sequence[Token], at: int, lexicon: Lexicon) -> Phrase | None:
    right = at
    while right > 0 and line[right - 1].roles & (AUXILIARY | SMALL) and not line[right - 1].roles & (PRONOUN | WHILE):
        right -= 1
    if right == 0:
        return None
    if line[right - 1].mark not in COMMAS:
        left = left_edge(line, right)
        if left > 1 and line[left - 1].roles & RELATIVE:  # "Dessen Sprecher Velt sagte" begins with no relative clause
            return _antecedent(line, left - 1, lexicon)
        phrase = find_phrase(line, left, right, lexicon)
        if phrase is None and lexicon.inflects:
            return _place(line, left, right, lexicon)
        return _whole_beginning(line, phrase, right, lexicon) if phrase else None
    return _before_aside(line, right - 1, lexicon)


def _place(line: Sequence[Token], left: int, right: int, lexicon: Lexicon) -> Phrase | None:
    """Returns the institution in which somebody speaks, as Slavic languages say it: "В полиции сообщили"."""
    head = next((at for at in range(left, right) if line[at].roles & GROUP), None)
    if not head or not line[head - 1].roles & PREPOSITION:
        return None
    return read_phrase(line, head, left, right, lexicon)


def _named_fully(line: Sequence[Token], at: int, lexicon: Lexicon) -> Phrase | None:
    """Returns whom the words before a verb are nothing but: "Its director, Anna Velt, said her company …"."""
    if at < 2 or line[at - 1].mark not in COMMAS:
        return None
    phrase = _before_aside(line, at - 1, lexicon)
    if phrase is None or phrase.last != at - 2 or not (phrase.keys and phrase.names):
        return None
    before = (token for token in line if token.end <= phrase.start)
    return phrase if all(token.name or token.roles & (SMALL | WHILE | SUFFIX) for token in before) else None


def _whole_beginning(line: Sequence[Token], phrase: Phrase, right: int, lexicon: Lexicon) -> Phrase:
    """Returns all of "Local residents": a first word that is written large because it stands first is no name."""
    words = line[phrase.last + 1 : right]
    alone = phrase.last == 0 and bool(line[0].name) and lexicon.cased and 0 < len(words) <= 2
    if alone and not any(word.mark or word.roles for word in words):
        return Phrase(phrase.start, words[-1].end, others=[word.word for word in line[:right]], last=right - 1)
    return phrase


def _antecedent(line: Sequence[Token], at: int, lexicon: Lexicon) -> Phrase | None:
    right = at - 1 if at and line[at - 1].mark in COMMAS else at
    left = right
    while left > 0 and (line[left - 1].name or line[left - 1].roles & (TITLE | GROUP | JOINER | HONORIFIC)):
        left -= 1
    return find_phrase(line, left if left < right else left_edge(line, right), right, lexicon, loose=False)


def _before_aside(line: Sequence[Token], comma: int, lexicon: Lexicon) -> Phrase | None:
    """The subject before what stands between two commas: an apposition, a "who" clause, a participle."""
    segments: list[tuple[int, int]] = []
    right = comma
    while right > 0 and len(segments) < 4:
        left = right
        while left > 0 and line[left - 1].mark not in BOUNDARY_MARKS:
            left -= 1
        segments.append((left, right))
        if left == 0 or line[left - 1].mark not in COMMAS:
            break
        right = left - 1
    for left, right in [*segments[1:], *segments[:1]]:  # none where the line begins with the comma
        start = next((at + 1 for at in range(right - 1, left - 1, -1) if line[at].roles & (THAT | WHILE)), left)
        phrase = find_phrase(line, start, right, lexicon, loose=False)
        if phrase and not any(token.roles & RELATIVE for token in line[left:start]):
            return with_apposition(line, phrase, comma + 1, lexicon)
    return None


def _after(line: Sequence[Token], at: int, lexicon: Lexicon, *, inverted: bool = False) -> Phrase | None:
    right = right_edge(line, at + 1)
    phrase = find_phrase(line, at + 1, right, lexicon, loose=False) or _noun_after(line, at + 1, right)
    if phrase is None or (phrase.pronoun and not inverted) or line[phrase.last].roles & PREPOSITION:
        return None
    if _disagrees(line, at, phrase, lexicon):
        return None
    return with_apposition(line, phrase, len(line), lexicon)


def _disagrees(line: Sequence[Token], at: int, phrase: Phrase, lexicon: Lexicon) -> bool:
    """Whether a man's office follows a woman's or a state's verb, where they agree: it is done to him, not by him."""
    first = next((token for token in line[at + 1 :] if token.start == phrase.start), None)
    if first is None or not lexicon.her_title_ends or not first.roles & TITLE:
        return False
    return gender_of(line[at].word, lexicon) == "f" and not first.word.endswith(lexicon.her_title_ends)


def _noun_after(line: Sequence[Token], low: int, high: int) -> Phrase | None:
    """Returns the noun behind a definite article that follows right behind the verb: "respondió la regidora"."""
    if low + 1 >= high or not line[low].roles & DEFINITE:
        return None
    last = low
    while last + 1 < high and last - low < MOST_NOUNS and not (line[last + 1].roles or line[last + 1].mark):
        last += 1
    words = [token.word for token in line[low + 1 : last + 1]]
    return Phrase(line[low + 1].start, line[last].end, others=words, last=last) if words else None


def find_first(line: Sequence[Token], at: int, lexicon: Lexicon) -> Phrase | None:
    """Returns the first phrase before a verb that can be its subject."""
    left = 0
    while left < at:
        right = left
        while right < at and line[right].mark not in BOUNDARY_MARKS and not line[right].roles & (THAT | WHILE):
            right += 1
        phrase = find_phrase(line, left, right, lexicon, loose=False)
        if phrase:
            return with_apposition(line, phrase, at, lexicon)
        left = right + 1
    return None


def _marked(line: Sequence[Token], at: int, lexicon: Lexicon) -> Phrase | None:
    ranks = {place: rank for place in range(at) if (rank := _rank(line[place], lexicon)) >= 0}
    # A topic stands first in its sentence, another subject nearest to its verb.
    for place in sorted(ranks, key=lambda place: (ranks[place], place if ranks[place] == 0 else -place)):
        right = place if line[place].roles & MARKER else place + 1
        left = place
        while left > 0 and not _ends_marked(line[left - 1], lexicon):
            left -= 1
        phrase = find_phrase(line, left, right, lexicon, loose=False)
        if phrase and not lexicon.spaced and not phrase.keys and all(len(name) < 2 for name in phrase.names):
            continue  # 橋は
        if phrase and phrase.last == right - 1:
            return without_ending(phrase, line[place], lexicon.marker_endings)
    return None


def _ends_marked(token: Token, lexicon: Lexicon) -> bool:
    if lexicon.marker_endings and (_rank(token, lexicon) >= 0 or token.word.endswith(lexicon.that_endings or ("\n",))):
        return True
    stops = bool(token.roles & (THAT | WHILE | VERB | SMALL | PREPOSITION | MARKER))
    return token.mark in BOUNDARY_MARKS or (stops and not token.roles & (TITLE | GROUP))


def _rank(token: Token, lexicon: Lexicon) -> int:
    """Returns 0 for a word marked as the topic, 1 for another subject, -1 for all else."""
    if token.mark or token.quoted:
        return -1
    if token.roles & MARKER:
        return int(token.word != lexicon.markers[0])
    for rank, ending in enumerate(lexicon.marker_endings):
        if token.word.endswith(ending) and token.word != ending:
            return int(rank > 1)
    return -1


def without_ending(phrase: Phrase, token: Token, endings: Sequence[str]) -> Phrase:
    """Returns the phrase without the particle that its last word is written together with, as in Korean."""
    ending = next((it for it in endings if token.word.endswith(it)), "")
    if ending and not token.roles & MARKER and phrase.end == token.end:
        phrase.end -= len(ending)
        phrase.names = [name.removesuffix(ending) for name in phrase.names]
        phrase.others = [name.removesuffix(ending) for name in phrase.others]
    return phrase
