"""A sentence's words → who its verbs of saying say is speaking.

The verb is found first; its subject is the phrase that stands where the language puts it: before the verb, behind it,
at the sentence's beginning, or before a marker. What stands within another's words ("Kast said that Velt denied…")
speaks for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.speaking.appositions import with_apposition
from assistant.answering.speaking.lexicon import (
    ACCORDING,
    ACCORDING_AFTER,
    AS,
    AUXILIARY,
    CLAIM,
    HE,
    PASSIVE,
    PREPOSITION,
    PRONOUN,
    RELATIVE,
    SHE,
    SMALL,
    THAT,
    VERB,
    WHILE,
    Lexicon,
)
from assistant.answering.speaking.naming import Phrase, find_phrase
from assistant.answering.speaking.quotations import COLONS, COMMAS, DASHES
from assistant.answering.speaking.reading import Token
from assistant.answering.speaking.subjects import (
    BOUNDARY_MARKS,
    QUOTATION,
    find_subject,
    left_edge,
    right_edge,
    without_ending,
)

BREAKS = frozenset(';؛；.!?。！？؟।"')
FARTHEST_COMPLEMENT = 25  # tokens from a verb to its "that"

DIRECT, ACCORDING_TO, RELATED, LABELLED = 0.95, 0.9, 0.6, 0.8


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says a sentence: a phrase, or None where the language leaves the subject out. `verb` is where it is said."""

    phrase: Phrase | None
    certainty: float
    verb: int  # code point
    gender: str = ""
    labelled: bool = False


def attribute(line: Sequence[Token], lexicon: Lexicon) -> list[Attribution]:
    """Returns who speaks in a sentence, the main speaker first; `line` is what `condense` gives of it."""
    found: list[tuple[int, Attribution]] = []
    related: list[Attribution] = []
    verbs = [at for at, token in enumerate(line) if token.roles & VERB and _says(line, at, lexicon)]
    # Where the verb comes last, so does the main one; the others stand within its words.
    for at in reversed(verbs) if lexicon.verb_last else verbs:
        if found and lexicon.verb_last:
            break
        attribution = _attribute_verb(line, at, lexicon)
        if attribution is None:
            continue
        if attribution.certainty == RELATED:
            related.append(attribution)
        elif not found or _stands_beside(line, found[-1][0], at, attribution, lexicon):
            found.append((at, attribution))
    for at, attribution in _according(line, lexicon):
        if not found or at < min(verb for verb, _ in found) or _is_own_clause(line, found, at):
            found.append((at, attribution))
    attributions = [attribution for _, attribution in found]
    return attributions or related or list(_labelled(line, lexicon))


def _says(line: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    before = at - 1
    while before >= 0 and line[before].roles & SMALL and not line[before].roles & (PASSIVE | PREPOSITION):
        before -= 1
    if before >= 0 and line[before].roles & PASSIVE:
        return False
    if before >= 0 and line[max(0, left_edge(line, at) - 1)].roles & AS:
        return True
    if not line[at].roles & CLAIM or line[at].roles & VERB != CLAIM:
        return True
    if any(token.mark == QUOTATION or token.held for token in line) or (line[0].mark in DASHES):
        return True
    ahead = line[at + 1 : at + FARTHEST_COMPLEMENT]
    if any(token.mark in COLONS for token in ahead[:8]) or any(token.roles & THAT for token in ahead):
        return True
    return lexicon.verb_last and at > 0 and bool(line[at - 1].roles & THAT)


def _attribute_verb(line: Sequence[Token], at: int, lexicon: Lexicon) -> Attribution | None:
    word = line[at].word
    gender = "f" if lexicon.she_ends and word.endswith(lexicon.she_ends) else ""
    gender = gender or ("m" if lexicon.he_ends and word.endswith(lexicon.he_ends) else "")
    phrase = find_subject(line, at, lexicon)
    if phrase:
        related = any(token.roles & RELATIVE for token in line[phrase.last + 1 : at]) and _is_relative(line, at)
        plain = not (phrase.names or phrase.keys or phrase.pronoun)
        certainty = RELATED if related else DIRECT - 0.25 * plain
        return Attribution(phrase, certainty, line[at].start, phrase.gender or gender)
    if lexicon.drops_subject and _may_drop(line, at, lexicon):
        return Attribution(None, DIRECT, line[at].start, gender)
    return None


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


def _according(line: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[int, Attribution]]:
    for at, token in enumerate(line):
        phrase = None
        if token.roles & ACCORDING and token.roles & PRONOUN:
            gender = {HE: "m", SHE: "f"}.get(token.roles & PRONOUN, "")
            yield at, Attribution(Phrase(token.start, token.end, pronoun=True), ACCORDING_TO, token.start, gender)
        elif token.roles & ACCORDING:
            begin = at + 1
            while begin < len(line) and line[begin].roles & VERB:  # "as the spokesman expects" in Arabic
                begin += 1
            phrase = find_phrase(line, begin, right_edge(line, begin), lexicon, oblique_too=True)
            if phrase and (lexicon.cased or not phrase.names):
                phrase = with_apposition(line, phrase, len(line), lexicon)
        elif token.roles & ACCORDING_AFTER:
            left = at
            while left > 0 and line[left - 1].mark not in BOUNDARY_MARKS and not line[left - 1].roles & (SMALL | THAT):
                left -= 1
            phrase = find_phrase(line, left, at, lexicon, oblique_too=True)
            if phrase:
                phrase = without_ending(phrase, line[at - 1], lexicon.according_endings)
        if phrase and not (phrase.pronoun and not phrase.gender):
            plain = not (phrase.names or phrase.keys or phrase.pronoun)
            yield at, Attribution(phrase, ACCORDING_TO - 0.3 * plain, token.start, phrase.gender)


def _is_own_clause(line: Sequence[Token], found: Sequence[tuple[int, Attribution]], at: int) -> bool:
    verb = found[0][0]
    return not any(token.roles & THAT for token in line[verb:at]) and line[at - 1].mark in COMMAS


def _labelled(line: Sequence[Token], lexicon: Lexicon) -> Iterator[Attribution]:
    """Yields the speaker of "Velt: …", the way headlines and interviews write it."""
    colon = next((at for at, token in enumerate(line[:10]) if token.mark in COLONS), 0)
    if not colon or colon + 1 >= len(line):
        return
    phrase = find_phrase(line, 0, colon, lexicon, loose=False)
    if phrase and phrase.last == colon - 1 and (phrase.start == line[0].start or line[0].roles & SMALL):
        quoted = line[colon + 1].mark == QUOTATION
        yield Attribution(phrase, LABELLED, line[colon].start, labelled=not quoted)
