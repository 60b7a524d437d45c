"""A sentence's words → who speaks in it without a known verb of saying: "according to Velt", "Velt: …"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.speaking.appositions import with_apposition
from assistant.answering.speaking.entries import (
    ACCORDING,
    ACCORDING_AFTER,
    ACCORDING_FIRST,
    DEFINITE,
    GROUP,
    HE,
    PRONOUN,
    SHE,
    SMALL,
    THAT,
    TITLE,
    VERB,
)
from assistant.answering.speaking.lexicon import Lexicon
from assistant.answering.speaking.naming import Phrase, find_phrase, gender_of_pronoun, read_phrase
from assistant.answering.speaking.quotations import COLONS, COMMAS, DASHES
from assistant.answering.speaking.reading import Token
from assistant.answering.speaking.subjects import BOUNDARY_MARKS, QUOTATION, right_edge, without_ending

ACCORDING_TO, LABELLED, BEHIND_A_QUOTE, FOR_THEM = 0.9, 0.8, 0.85, 0.8
MOST_UNKNOWN = 2  # words between a quotation and whoever says it: "…", she quipped; «…», s'emporte Velt


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says a sentence: a phrase, or None where the language leaves the subject out. `verb` is where it is said."""

    phrase: Phrase | None
    certainty: float
    verb: int  # code point
    gender: str = ""
    labelled: bool = False


def according(line: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[int, Attribution]]:
    """Yields the word that means "according to", by its place, and whom a sentence follows."""
    for at, token in enumerate(line):
        phrase = None
        if token.roles & ACCORDING and token.roles & PRONOUN:
            gender = gender_of_pronoun(token)
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


def for_them(line: Sequence[Token], lexicon: Lexicon) -> Iterator[Attribution]:
    """Yields whose view a sentence gives that begins with "for": "Para a ministra, …"."""
    if not line or not line[0].roles & ACCORDING_FIRST:
        return
    head = 1
    while head < len(line) and line[head].roles & SMALL and not line[head].roles & TITLE:
        head += 1
    if head + 1 < len(line) and not (line[head].roles or line[head].mark or line[head].name) and line[head + 1].name:
        head += 1  # an office that no lexicon has
    if head >= len(line) or not (line[head].name or line[head].roles & TITLE):
        return
    phrase = read_phrase(line, head, head, right_edge(line, head), lexicon)
    if (phrase.keys or len(phrase.names) > 1) and not phrase.group and phrase.last + 1 < len(line):
        yield Attribution(phrase, FOR_THEM, line[0].start)


def behind_a_quote(line: Sequence[Token], lexicon: Lexicon) -> Iterator[Attribution]:
    """Yields who stands behind a quotation and an unknown verb: «…», ironizou a prefeita."""
    if not lexicon.cased or "after" not in lexicon.subject:
        return
    for at, token in enumerate(line[:-2]):
        begin = at + 1
        while begin < len(line) and line[begin].mark in COMMAS | DASHES:  # "«…», —"
            begin += 1
        if token.mark != QUOTATION or begin == at + 1:
            continue
        end = begin
        while end < len(line) and end - begin < MOST_UNKNOWN and _is_unknown(line[end]):
            end += 1
        if end > begin and _is_alone(line, end):  # «…», — ворчит она.
            gender = gender_of_pronoun(line[end])
            she = Phrase(line[end].start, line[end].end, pronoun=True, gender=gender, last=end)
            yield Attribution(she, BEHIND_A_QUOTE, line[begin].start, gender)
        elif end > begin and end < len(line) and (line[end].name or line[end].roles & (TITLE | GROUP | DEFINITE)):
            phrase = find_phrase(line, end, right_edge(line, end), lexicon, loose=False)
            if phrase and not phrase.pronoun:
                yield Attribution(with_apposition(line, phrase, len(line), lexicon), BEHIND_A_QUOTE, line[begin].start)


def _is_alone(line: Sequence[Token], at: int) -> bool:
    """Whether a pronoun of one ends the clause."""
    return at < len(line) and line[at].roles & PRONOUN in (HE, SHE) and (at + 1 == len(line) or bool(line[at + 1].mark))


def _is_unknown(token: Token) -> bool:
    return not (token.mark or token.name or token.roles or token.quoted or token.word.isdigit())


def labelled(line: Sequence[Token], lexicon: Lexicon) -> Iterator[Attribution]:
    """Yields the speaker of "Velt: …", the way headlines and interviews write it."""
    colon = next((at for at, token in enumerate(line[:10]) if token.mark in COLONS), 0)
    if not colon or colon + 1 >= len(line):
        return
    phrase = find_phrase(line, 0, colon, lexicon, loose=False)
    if line[colon + 1].mark == QUOTATION and (phrase is None or phrase.last < colon - 1):  # "Moved, the mayor: …"
        later = (find_phrase(line, at, colon, lexicon, loose=False) for at in range(1, colon))
        phrase = next((it for it in later if it and it.last == colon - 1), None)
        if phrase and not phrase.group and len(phrase.names) > 1:
            yield Attribution(phrase, LABELLED, line[colon].start)
        return
    if phrase and phrase.last == colon - 1 and (phrase.start == line[0].start or line[0].roles & SMALL):
        quoted = line[colon + 1].mark == QUOTATION
        yield Attribution(phrase, LABELLED, line[colon].start, labelled=not quoted)
