"""A sentence's words → who its verbs of saying say is speaking.

The verb is found first; its subject is the phrase that stands where the language puts it: before the verb, behind it,
at the sentence's beginning, or before a marker. What stands within another's words ("Kast said that Velt denied…")
speaks for nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.speaking.entries import (
    AS,
    AUXILIARY,
    GROUP,
    INDEFINITE,
    JOINER,
    PASSIVE,
    PREPOSITION,
    RELATIVE,
    SMALL,
    THAT,
    TIME,
    TITLE,
    VERB,
    WHILE,
)
from assistant.answering.speaking.lexicon import Lexicon
from assistant.answering.speaking.naming import STOPS, Phrase, find_phrase
from assistant.answering.speaking.quotations import COLONS, COMMAS
from assistant.answering.speaking.reading import Token
from assistant.answering.speaking.saying import BREAKS, has_words, says, words_of_somebody
from assistant.answering.speaking.subjects import (
    BOUNDARY_MARKS,
    QUOTATION,
    find_first,
    find_subject,
    gender_of,
    left_edge,
)
from assistant.answering.speaking.without_verbs import Attribution, according, behind_a_quote, for_them, labelled

FIRST_WORDS = 5  # of a clause, in which it names who says it
LONGEST_SOMEBODY = 5  # words: "some of the old sailors"

DIRECT, RELATED, WITHOUT_WORDS = 0.95, 0.6, 0.65


def attribute(line: Sequence[Token], lexicon: Lexicon) -> list[Attribution]:
    """Returns who speaks in a sentence, the main speaker first; `line` is what `condense` gives of it."""
    late = not {"before", "after"} & set(lexicon.subject) or lexicon.verb_last
    clauses = _clauses(line) if late else [line]
    return [attribution for clause in clauses for attribution in _attribute_clause(clause, lexicon)]


def _clauses(line: Sequence[Token]) -> Sequence[Sequence[Token]]:
    """Parts what two people say, where verbs come late: "… dedi, ama …", "öne sürerken …"."""
    for at in range(1, len(line) - 1):
        token, ahead = line[at], line[at + 1 :]
        ends = bool(token.roles & VERB and token.roles & WHILE)
        begins = bool(token.roles & WHILE) and line[at - 1].mark in COMMAS
        said = any(before.roles & VERB for before in line[: at + 1])
        names = any(it.name or it.roles & (TITLE | GROUP) for it in ahead[:FIRST_WORDS])
        if (ends or begins) and said and names and any(it.roles & VERB for it in ahead):
            return [line[: at + 1], ahead]
    return [line]


def _attribute_clause(line: Sequence[Token], lexicon: Lexicon) -> list[Attribution]:
    found: list[tuple[int, Attribution]] = []
    related: list[Attribution] = []
    verbs = [at for at, token in enumerate(line) if token.roles & VERB and says(line, at, lexicon)]
    inside = words_of_somebody(line, lexicon)
    # Where the verb comes last, so does the main one; the others stand within its words.
    for at in reversed(verbs) if lexicon.verb_last else verbs:
        if found and lexicon.verb_last:
            break
        attribution = None if at in inside and not found else _attribute_verb(line, at, lexicon)
        if attribution is None:
            continue
        if attribution.certainty in (RELATED, WITHOUT_WORDS):
            related.append(attribution)
        elif not found or _stands_beside(line, found[-1][0], at, attribution, lexicon):
            found.append((at, attribution))
    for at, attribution in according(line, lexicon):
        if not found or at < min(verb for verb, _ in found) or _is_own_clause(line, found, at):
            found.append((at, attribution))
    others = (behind_a_quote, for_them, labelled)
    return (
        [attribution for _, attribution in found]
        or related[:1]
        or next((those for other in others if (those := list(other(line, lexicon)))), [])
    )


def _agent(line: Sequence[Token], phrase: Phrase, at: int, lexicon: Lexicon) -> Phrase | None:
    """Returns who does what is done to somebody: 镇长遭居民批评 is what residents say."""
    passive = next((place for place in range(at - 1, phrase.last, -1) if line[place].roles & PASSIVE), None)
    if lexicon.spaced or passive is None:
        return phrase
    return find_phrase(line, passive + 1, at, lexicon, loose=False)


def _attribute_verb(line: Sequence[Token], at: int, lexicon: Lexicon) -> Attribution | None:
    word = line[at].word
    gender = gender_of(word, lexicon)
    alone = bool(lexicon.participle_ends) and word.endswith(lexicon.participle_ends) and not line[at].quoted
    phrase = find_first(line, at, lexicon) if alone else find_subject(line, at, lexicon)
    phrase = _agent(line, phrase, at, lexicon) if phrase else None
    if phrase and _is_aside(line, phrase, at, lexicon):
        phrase = None
    if phrase:
        related = any(token.roles & RELATIVE for token in line[phrase.last + 1 : at]) and _is_relative(line, at)
        plain = not (phrase.names or phrase.keys or phrase.pronoun)
        if word in lexicon.quoting_verbs and not has_words(line, at, lexicon):
            return None
        if not (has_words(line, at, lexicon) or line[max(0, left_edge(line, at) - 1)].roles & AS):
            return Attribution(phrase, WITHOUT_WORDS, line[at].start, phrase.gender or gender) if not plain else None
        certainty = RELATED if related else DIRECT - 0.25 * plain
        return Attribution(phrase, certainty, line[at].start, phrase.gender or gender)
    somebody = _somebody_new(line, at)
    if somebody and has_words(line, at, lexicon):
        return Attribution(somebody, DIRECT - 0.25, line[at].start, gender)
    if lexicon.drops_subject and has_words(line, at, lexicon) and _may_drop(line, at, lexicon):
        return Attribution(None, DIRECT, line[at].start, gender)
    return None


def _somebody_new(line: Sequence[Token], at: int) -> Phrase | None:
    """Returns who names nobody and begins a sentence: "One of them", "Another"; Turkish "Bir anne, …"."""
    if not at or not line[0].roles & INDEFINITE or line[1].roles & TIME:
        return None
    last = at - 1
    while last and line[last].roles & (AUXILIARY | SMALL) and not line[last - 1].roles & (PREPOSITION | JOINER):
        last -= 1
    if last < LONGEST_SOMEBODY and not any(token.mark for token in line[:last]):
        return Phrase(line[0].start, line[last].end, others=[token.word for token in line[: last + 1]], last=last)
    noun = line[0] if line[1].mark or line[1].roles & (STOPS | JOINER) else line[1]
    return Phrase(noun.start, noun.end, others=[noun.word], last=int(noun is line[1]))


def _is_aside(line: Sequence[Token], phrase: Phrase, at: int, lexicon: Lexicon) -> bool:
    """Whether a lone word before the verb is none that says it: "in a talk with the paper promised …", in Hebrew."""
    if lexicon.cased or not lexicon.spaced or phrase.keys or len(phrase.names) != 1 or phrase.last >= at - 1:
        return False
    return lexicon.subject[0] != "marked" and any(
        token.name or token.roles & PREPOSITION for token in line[phrase.last + 1 : at]
    )


def _is_relative(line: Sequence[Token], at: int) -> bool:
    """Whether the clause that a verb stands in begins with "who"."""
    for token in reversed(line[max(0, at - 6) : at]):
        if token.roles & RELATIVE:
            return True
        if token.mark in COMMAS:
            return False
    return False


def _may_drop(line: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """A verb without a subject is somebody's who spoke before when it begins its clause or "that" follows it."""
    if lexicon.verb_last:
        return at >= len(line) - 3
    before = at - 1
    while before >= 0 and line[before].roles & (SMALL | AUXILIARY) and not line[before].mark:
        before -= 1
    begins = before < 0 or line[before].mark in BOUNDARY_MARKS or bool(line[before].roles & (WHILE | PREPOSITION))
    ahead = line[at + 1 : at + 4]
    return begins and (before < 2 or any(token.roles & THAT or token.mark in COLONS | {QUOTATION} for token in ahead))


def _stands_beside(line: Sequence[Token], main: int, at: int, other: Attribution, lexicon: Lexicon) -> bool:
    """Whether a further verb is said by the writer, beside the main one, and not within its words."""
    if other.phrase is None or other.phrase.pronoun:
        return False
    if line[at - 1].mark in COMMAS and line[at].word[0] in lexicon.conjunction_prefixes:  # Arabic "…, and she said"
        return line[at].word not in lexicon.phrases and other.phrase.start > line[at].start
    begin = at
    for place in range(at - 1, main, -1):
        token = line[place]
        if token.roles & (WHILE | THAT) or token.mark in BREAKS:
            begin = place
            break
    else:
        return False
    if line[begin].roles & THAT and not line[begin].roles & WHILE:
        return False
    between = [token for token in line[begin + 1 : at] if not token.roles & (SMALL | AUXILIARY)]
    inside = all(line[begin].end <= other.phrase.start for _ in (0,))
    starts = not between or between[0].start >= other.phrase.start - 25
    return inside and starts and lexicon.subject[0] != "marked"


def _is_own_clause(line: Sequence[Token], found: Sequence[tuple[int, Attribution]], at: int) -> bool:
    verb = found[0][0]
    return not any(token.roles & THAT for token in line[verb:at]) and line[at - 1].mark in COMMAS
