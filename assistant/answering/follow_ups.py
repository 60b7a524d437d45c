"""A follow-up's words, the question before → the complete question; or None where the question stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import regex

from assistant.answering.conversation_lexicon import QUESTION_MARKS, Lexicon
from assistant.answering.conversation_words import (
    Reading,
    Word,
    asks_for_more,
    first_of,
    is_name,
    names_of,
    runs_of,
    start_with_article,
)
from assistant.answering.standing_alone import (
    asks_nothing,
    is_elliptical,
    is_plural,
    lacks_subject,
    loose_pronouns,
    points_back,
)
from assistant.answering.taking_places import Before, Taken, ask_for_others, take_place

LONGEST_NAME = 60  # characters
LONGEST_LEADS = 100  # characters
LONGEST_ANSWER = 300  # characters of an answer in which names are looked for

_DASH: Final = " – "
_COMPLETED: Final = regex.compile(rf"(?P<lead>[^{_DASH[1]}]*[{QUESTION_MARKS}]){_DASH}(?P<core>.+)", regex.DOTALL)
_CITED: Final = regex.compile(r"(?m)^(.*?\S)[ \t]*(?:\[\d{1,4}\])+[ \t]*$")
_LEAD: Final = regex.compile(rf"[^{QUESTION_MARKS}]+[{QUESTION_MARKS}]+")
# Two words with capitals in a row are somebody's full name more often than not, except where a sentence begins.
_NAME: Final = r"\p{Lu}[\p{L}\p{M}'’-]+(?: \p{Lu}[\p{L}\p{M}'’-]+)+"
_FULL_NAME: Final = regex.compile(rf"(?<=[\p{{L}}\p{{N}},;] ){_NAME}|{_NAME}(?= ?[,:(])")


Beyond = Literal["", "quotes", "speakers"]
"""What a question asks for that was not said yet: "what else?", "who else?"."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A follow-up that stands alone: as it is shown, and as it is searched for."""

    shown: str
    searched: str
    beyond: Beyond = ""
    own: str = ""
    """What of `searched` asks something itself, where the question before stands behind it; else empty."""
    nearby: bool = False
    """Whether it is about what the turn before was about, rather than about somebody whom it names."""


@dataclass(frozen=True, slots=True)
class _Named:
    """The name that the turn before is about, and whether it is written as a subject is."""

    text: str
    subject: bool


def split_completed(question: str) -> tuple[list[str], str]:
    """Returns the follow-ups that `complete` put before the dash, and what is behind it; none in other texts."""
    match = _COMPLETED.fullmatch(question)
    if match is None:
        return [], question
    return [lead.strip() for lead in _LEAD.findall(match["lead"]) if any(map(str.isalnum, lead))], match["core"]


def complete(reading: Reading, lexicon: Lexicon, before: Before) -> Completed | None:
    """Returns the question completed by the one before, or None when it stands alone."""
    if _COMPLETED.fullmatch(reading.text) or asks_nothing(reading):
        return None
    asked = _with_mark(reading.text, lexicon)
    if taken := take(reading, lexicon, before):
        earlier = (before.asked,) if before.asked else ()  # "why?", "and Peskov?": why did he say what he said?
        searched = _joined(earlier, taken.text)
        natural = taken.natural and not before.leads
        return Completed(
            searched if natural else _joined((*_kept(before, taken), *earlier, asked), before.core),
            searched,
            nearby=not taken.named,
        )
    content = reading.of("content")
    pronouns = [] if is_elliptical(reading) else loose_pronouns(reading, lexicon, before.resolved)
    nobody = lacks_subject(reading, lexicon)
    points = is_elliptical(reading) or points_back(reading, lexicon)
    if content and not (pronouns or nobody or points):
        return None
    asks = bool(content or reading.of("question", "who", "speech"))  # "and him?" asks what was asked before
    name = _name_in(before) if asks and (pronouns or nobody) else None
    # What was quoted before is left out: with it "why?" would find that quote again, and surely, whatever it says.
    leads = tuple(lead for lead, _ in before.leads)
    beyond = _beyond(reading, lexicon)
    if name is None:
        searched = _joined((asked,), ask_for_others(before) if beyond == "speakers" else before.resolved)
        if beyond == "quotes" and not content:  # "more" is nothing to search for
            searched = before.resolved
        return Completed(_joined((*leads, asked), before.core), searched, beyond, asked if content else "", not beyond)
    natural = _reads_well(reading, pronouns, name, lexicon)
    if points:
        named = _with_name(asked, pronouns, name.text) if pronouns else asked
        shown = _joined((*leads, named if natural else asked), before.core)
        return Completed(shown, _joined((named,), before.resolved), beyond, named if content else "", not beyond)
    named = _with_name(reading.text, pronouns, name.text)
    return Completed(named if natural else _joined((*leads, asked), before.core), named, beyond)


def names_in_answer(answer: str) -> list[str]:
    """Returns the full names in an answer that cites an article; of other answers nothing is taken."""
    if not _CITED.search(answer):
        return []
    return [found[:LONGEST_NAME] for found in _FULL_NAME.findall(answer[:LONGEST_ANSWER])]


def take(reading: Reading, lexicon: Lexicon, before: Before) -> Taken | None:
    """Returns the question before with a follow-up's name or thing in its place, where it is one that has a place."""
    return take_place(reading, lexicon, before) if is_elliptical(reading) else None


def _beyond(reading: Reading, lexicon: Lexicon) -> Beyond:
    # "More" beside other words counts something: more than 40 ships.
    if not asks_for_more(reading, lexicon) or (reading.of("content") and not reading.of("speech")):
        return ""
    return "speakers" if reading.of("who") and not reading.of("question") else "quotes"


def _kept(before: Before, taken: Taken) -> tuple[str, ...]:
    return tuple(lead for lead, role in before.leads if role != taken.role)


def _joined(leads: Sequence[str], core: str) -> str:
    # The oldest are left out first; what is asked now is whole.
    while len(leads) > 1 and sum(map(len, leads[:-1])) > LONGEST_LEADS:
        leads = leads[1:]
    return f"{' '.join(leads)}{_DASH}{core}" if leads else core


def _name_in(before: Before) -> _Named | None:
    """Returns who the turn before is about: who was asked for, before whoever is named first, before the answer's.

    The subject is what a pronoun most likely means (Grosz, Joshi and Weinstein, Computational Linguistics 1995).
    """
    reading = before.reading
    runs = runs_of(reading.words, reading.text, before.lexicon)
    subject = first_of(runs, "subject") if reading.of("speech") else None
    named = subject or next(iter(names_of(runs, reading, before.lexicon)), None)
    if named is None and len(runs) == 1 and is_name(runs[0], reading, before.lexicon) is None:
        named = runs[0] if len(runs[0].words) <= 2 else None
    if named:
        start = start_with_article(named, reading.words)
        name = reading.text[start : named.end]
        return _Named(name, subject is not None) if len(name) <= LONGEST_NAME else None
    return _Named(before.names[0], False) if before.names else None


def _with_name(text: str, pronouns: Sequence[Word], name: str) -> str:
    """Puts the name in the place of the first pronoun, beside it where it does not fit the sentence, or in front."""
    if not pronouns:
        return f"{name}: {text}"
    first = pronouns[0]
    if first.kind == "subject":
        return text[: first.start] + name + text[first.end :]
    return f"{text[: first.end]} ({name}){text[first.end :]}"


def _reads_well(reading: Reading, pronouns: Sequence[Word], name: _Named, lexicon: Lexicon) -> bool:
    """Tells whether the question with the name in it is a sentence: nothing in it agrees with another."""
    if not pronouns:  # in front of the question nothing agrees with it, but it must be no other case's form
        return name.subject or lexicon.agreement != "gender"
    if lexicon.agreement == "nothing":
        return True
    if lexicon.agreement == "gender" or is_plural(pronouns[0], reading, lexicon):
        return False
    capital = name.text[0].isupper()
    return pronouns[0].kind != "subject" or capital or name.subject


def _with_mark(question: str, lexicon: Lexicon) -> str:
    asked = question.strip()
    return asked if asked.endswith(tuple(QUESTION_MARKS)) else asked.rstrip(" .!…,") + lexicon.question_mark
