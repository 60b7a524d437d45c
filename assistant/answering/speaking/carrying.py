"""Sentences of an article → who says each: what a sentence tells itself, else carried over from those beside it.

The rules follow quotation attribution as it is done for news (Pareti, "A database of attribution relations", LREC 2012;
O'Keefe and others, EMNLP 2012): a verb of saying and its subject, else the speaker before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.speaking.attributing import WITHOUT_WORDS, attribute
from assistant.answering.speaking.datelines import behind_dateline
from assistant.answering.speaking.entries import THEY
from assistant.answering.speaking.lexicon import FALLBACK_LANGUAGE, Lexicon, load_lexicons
from assistant.answering.speaking.lines import Line, is_label, read_lines, unname_beginnings
from assistant.answering.speaking.meeting import is_common_noun, is_no_name, is_no_one, meet_others, meet_topic
from assistant.answering.speaking.people import People, Person
from assistant.answering.speaking.quotations import DASHES
from assistant.answering.speaking.reading import Token, read_tokens
from assistant.answering.speaking.scripts import scripts_of
from assistant.answering.speaking.standing_in import find_stood_for, stands_for_another
from assistant.answering.speaking.subjects import QUOTATION
from assistant.answering.speaking.without_verbs import Attribution
from assistant.types import Span

PRONOUN, DROPPED, CARRIED, REPORTED, BY_TITLE = 0.75, 0.7, 0.6, 0.45, 0.85

# So much of a sentence has to be quoted for it to be taken for a quotation that goes on.
MOSTLY = 0.55

SAMPLE = 500  # characters: the script of an article shows in its beginning


@dataclass(frozen=True, slots=True)
class Speaking:
    """Who says a sentence.

    `speaker` is where the article names them most fully, an exact slice with the title that stands beside the name,
    perhaps in an earlier sentence. `certainty`, 0 to 1, is high where the sentence itself names the speaker.
    """

    sentence: Span
    speaker: Span
    certainty: float


def find_speakers(text: str, language: str, sentences: Sequence[Span]) -> tuple[Speaking, ...]:
    """Returns who says each sentence that somebody says, in reading order.

    `sentences` are those of the whole article in reading order (`corpus.splitting.split_sentences`). A sentence of two
    speakers is there twice, the main one first. A language without a lexicon is read with that of its script.
    """
    lexicon = choose_lexicon(text, language)
    tokens, quotes = read_tokens(text, lexicon)
    if lexicon.cased:
        unname_beginnings(tokens, {sentence.start for sentence in sentences})
    lines = read_lines(text, sentences, tokens, quotes)
    words = list(_without_datelines(text, lines))
    own = [attribute(those, lexicon) if those else [] for those in words]
    people = People()
    told: dict[int, list[tuple[Person, float]]] = {}
    for at, line in enumerate(lines):
        if not at or lines[at - 1].paragraph != line.paragraph:
            people.topic = None
        said = [_resolved(attribution, people, line, lexicon, headline=at == 0) for attribution in own[at]]
        told[at] = list({id(it[0]): it for it in reversed(said) if it}.values())[::-1]
        if len(told[at]) > 1 and at and _looks_back(line, own[at][0], lines[at - 1]):
            told[at].append(told[at].pop(0))  # "…" "said Velt. Tarn said: …": the sentence is more Tarn's
        if not told[at]:
            told[at] = _carried(at, lines, told, own, people, lexicon)
        if lexicon.cased and not told[at] and is_label(text, lines, at):
            continue  # who wrote the article is nobody in it
        meet_others(words[at], people, lexicon)
        if not told[at]:
            meet_topic(line, people, lexicon)
    _carry_back(lines, own, told)
    _name_titles(told, people)
    _name_nouns(text, told, lines, people, lexicon)
    return tuple(
        Speaking(lines[at].sentence, person.span, round(certainty, 2)) for at in told for person, certainty in told[at]
    )


def _without_datelines(text: str, lines: Sequence[Line]) -> Iterator[Sequence[Token]]:
    for at, line in enumerate(lines):
        begins = not at or lines[at - 1].paragraph != line.paragraph
        yield behind_dateline(text, line.sentence, line.tokens) if begins else line.tokens


def _name_titles(told: dict[int, list[tuple[Person, float]]], people: People) -> None:
    """Headlines and first sentences say "the mayor" of whom the article names only later."""
    for said in told.values():
        for place, (person, certainty) in enumerate(said):
            if len(person.names) < 2 and (named := people.only_holder(person)):
                said[place] = (named, min(certainty, BY_TITLE - 0.1))


def _name_nouns(
    text: str, told: dict[int, list[tuple[Person, float]]], lines: Sequence[Line], people: People, lexicon: Lexicon
) -> None:
    """Puts those whom "the grandmaster" means in its place."""
    meant = {id(noun): (person, most) for noun, person, most in find_stood_for(text, told, lines, people, lexicon)}
    for said in told.values():
        for place, (person, certainty) in enumerate(said):
            if id(person) in meant:
                named, most = meant[id(person)]
                said[place] = (named, min(certainty, most))


def is_read(language: str) -> bool:
    """Whether a language has a lexicon of its own, by which who speaks in it is told."""
    return language in load_lexicons()


def choose_lexicon(text: str, language: str) -> Lexicon:
    """Returns the language's lexicon, else one of the script, else English."""
    lexicons = load_lexicons()
    if language in lexicons:
        return lexicons[language]
    near = [code for code in scripts_of(text[:SAMPLE]) if code in lexicons]
    return lexicons[near[0] if len(near) == 1 or not lexicons[near[0]].cased else _nearest(near)]


def _nearest(codes: Sequence[str]) -> str:
    return FALLBACK_LANGUAGE if FALLBACK_LANGUAGE in codes else codes[0]


def _resolved(
    attribution: Attribution, people: People, line: Line, lexicon: Lexicon, *, headline: bool
) -> tuple[Person, float] | None:
    """Returns who an attribution means and how sure that is, or None when nobody was named whom it could mean."""
    phrase = attribution.phrase
    if phrase is None or phrase.pronoun:
        plural = phrase is not None and any(token.roles & THEY for token in line.tokens if token.start == phrase.start)
        person = people.recent(attribution.gender, plural=plural)
        certainty = DROPPED if phrase is None else PRONOUN
    else:
        # What stands before a colon is a speaker if it is a name with an office, or was named before, or heads it all.
        sure = not attribution.labelled or bool(phrase.keys and phrase.names) or (headline and lexicon.cased)
        sure = sure and (attribution.certainty != WITHOUT_WORDS or bool(phrase.keys) or len(phrase.names) > 1)
        if is_no_one(phrase, lexicon):
            return None
        if not lexicon.cased and is_no_name(phrase, line, people):
            phrase.others, phrase.names = phrase.others + phrase.names, []
        common = is_common_noun(phrase, people, lexicon)
        if common:
            phrase.others, phrase.names = phrase.names, []
        person = people.meet(phrase, new=sure)
        if person and not person.names:
            person.noun = common or stands_for_another(phrase, line, attribution.verb, lexicon)
        certainty = attribution.certainty
        if person and person.span.start != phrase.start and not phrase.names:
            certainty = min(certainty, BY_TITLE)
    if person is None:
        return None
    people.say(person, attribution.gender)
    return person, certainty


def _carried(
    at: int,
    lines: Sequence[Line],
    told: dict[int, list[tuple[Person, float]]],
    own: Sequence[Sequence[Attribution]],
    people: People,
    lexicon: Lexicon,
) -> list[tuple[Person, float]]:
    line = lines[at]
    before = told.get(at - 1, [])
    same_paragraph = at > 0 and lines[at - 1].paragraph == line.paragraph
    if at and _goes_on(line, lines[at - 1]):
        return [(before[-1][0], CARRIED + 0.2)] if before else []
    if line.quoted >= MOSTLY:
        if _is_told_next(at, lines, own):
            return []
        if before and (same_paragraph or line.tokens[0].mark == QUOTATION):
            return [(before[-1][0], CARRIED)]
        return [(people.spoke[-1], CARRIED - 0.1)] if people.spoke and line.quoted > 0.9 else []
    if before and same_paragraph and line.dialogue:
        return [(before[-1][0], CARRIED - 0.1)]
    if before and same_paragraph and any(token.word in lexicon.reported for token in line.tokens):
        return [(before[-1][0], REPORTED)]
    return []


def _goes_on(line: Line, before: Line) -> bool:
    """Whether the quotation that the sentence before began is still going on."""
    return bool(before.quote and before.quote.end > line.sentence.start and line.quoted >= MOSTLY)


def _is_told_next(at: int, lines: Sequence[Line], own: Sequence[Sequence[Attribution]]) -> bool:
    """Whether who says this quotation stands behind it: in the sentence in which it ends, or in the next one."""
    for ahead in range(at + 1, len(lines)):
        line = lines[ahead]
        if line.paragraph != lines[at].paragraph:
            return False
        if own[ahead]:
            return _looks_back(line, own[ahead][0], lines[ahead - 1])
        if line.quoted < MOSTLY:
            return False
    return False


def _looks_back(line: Line, attribution: Attribution, before: Line) -> bool:
    """Whether a sentence ascribes what was quoted before its verb: "…" ends in it, or it is nothing but "said Velt."""
    first = line.tokens[0]
    if first.quoted and first.end <= attribution.verb:
        return True
    short = len(line.tokens) <= 9 and not any(token.quoted for token in line.tokens)
    starts = attribution.verb <= first.start + 12 or first.mark in DASHES
    last = line.tokens[-1] if not line.tokens[-1].mark else line.tokens[max(0, len(line.tokens) - 2)]
    if short and attribution.verb == last.start and before.quoted >= MOSTLY:  # 市长说。
        return True
    return short and starts and before.quoted >= MOSTLY and (attribution.verb == first.start or first.mark in DASHES)


def _carry_back(
    lines: Sequence[Line],
    own: Sequence[Sequence[Attribution]],
    told: dict[int, list[tuple[Person, float]]],
) -> None:
    for at in range(len(lines) - 2, -1, -1):
        if told[at] or lines[at].quoted < MOSTLY or not told[at + 1]:
            continue
        following = lines[at + 1]
        if following.paragraph != lines[at].paragraph:
            continue
        if not own[at + 1] or _looks_back(following, own[at + 1][0], lines[at]):
            told[at] = [(told[at + 1][0][0], CARRIED + 0.2)]
