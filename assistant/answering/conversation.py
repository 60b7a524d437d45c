"""Question, turns before → the question that stands alone, without a language model.

What follows up on a turn is told by its words: "and Peskov?" is short and opened by a conjunction, "when was that?" has
no content of its own, "what did he say about gas?" has a pronoun that nothing before it in the question explains. It is
completed from the turn before: a name takes another's place or a pronoun's, or the question before is put behind a
dash. Where the words around would not agree with the name, the dash is shown and the name searched for in its place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from assistant.answering.conversation_lexicon import EDGES, Lexicon, conversation_lexicons
from assistant.answering.conversation_words import asks_for_more, read
from assistant.answering.follow_ups import Beyond, complete, names_in_answer, split_completed, take
from assistant.answering.taking_places import Before
from assistant.corpus.languages import UNKNOWN
from assistant.types import Turn

TURNS = 4  # that are looked at: each may need the one before it
LONGEST_FOLLOW_UP = 300  # characters; what is longer stands alone
LONGEST_BEFORE = 200  # characters of the question before
LONGEST_TAKEN = 300  # characters of both
MOST_LEADS = 4  # follow-ups that are kept before a dash
LONGEST_READ = 2_000  # characters of a turn's question, and of its answer, that are looked at

# A language wins by the share of letters that its lexicon knows. The language of the turn before decides between equals
# (e Peskov?). The detector is to be believed the more, the more letters it has seen.
LEAST_KNOWN = 0.15
OPENED, LANGUAGE_BEFORE = 0.1, 0.15
DETECTED_BY_LETTER, DETECTED_AT_MOST = 0.01, 0.4

_JOINERS: Final = "\u200c\u200d"  # letters of Persian and Hindi need them
_NO_LEXICON: Final = Lexicon("und", {}, {edge: frozenset() for edge in EDGES})


@dataclass(frozen=True, slots=True)
class Understood:
    """A question with what the turns before add to it."""

    question: str
    """The question as it stands alone, in words that can be shown."""
    language: str
    """The ISO 639 code of the language to answer in."""
    completed: bool
    """Whether the turns before were needed."""
    searched: str
    """The question to search for. Another's name can stand in it where it does not agree with the words around."""
    beyond: Beyond = ""
    """What was said already and is not asked for again."""
    own: str = ""
    """What of `searched` tells whose words are asked for, where that is not all of it."""
    nearby: bool = False
    """Whether it is about what the turn before was about, rather than about somebody whom it names."""


def understand(question: str, history: Sequence[Turn], detect: Callable[[str], str]) -> Understood:
    """Returns the question as it stands alone after the turns before, oldest first. `detect` tells a text's language.

    A question that has content of its own, and no word that points back, is returned as it is. At most 300 characters
    of the turns before are added. The language is the question's own where its words or script tell it, else that of
    the turn before.
    """
    before: Before | None = None
    for turn in history[-TURNS:]:
        before = _turned(turn, before, detect) or before
    detected = detect(question)
    leads, core = split_completed(question)
    if leads and len(question) <= LONGEST_TAKEN:  # completed already: by a program, or copied from an answer
        asked = _asked(leads[:-1], core, "", detect)
        lexicon = _lexicon(_language_of(leads[-1], detect(leads[-1]), asked.language))
        completed = complete(read(leads[-1], lexicon), lexicon, asked)
        if completed is None:
            return Understood(question, detected, False, question)
        return Understood(question, detected, False, completed.searched, own=completed.own)
    if before is None or len(question) > LONGEST_FOLLOW_UP:
        return Understood(question, detected, False, question)
    language = _language_of(question, detected, before.language)
    lexicon = _lexicon(language)
    completed = complete(read(question, lexicon), lexicon, before)
    if completed is None:
        return Understood(question, language, False, question)
    return Understood(
        completed.shown, language, True, completed.searched, completed.beyond, completed.own, completed.nearby
    )


def _turned(turn: Turn, before: Before | None, detect: Callable[[str], str]) -> Before | None:
    """Returns a turn as what the next one follows, completed by the one before it; None when it asks nothing."""
    asked = _cleaned(turn.question)
    if not any(map(str.isalnum, asked)):
        return None
    language = before.language if before else ""
    if before is not None and len(asked) <= LONGEST_FOLLOW_UP:
        language = _language_of(asked, detect(asked), language)
        lexicon = _lexicon(language)
        completed = complete(read(asked, lexicon), lexicon, before)
        asked = completed.shown if completed else asked
    leads, core = split_completed(asked)
    found = _asked(leads if len(asked) <= LONGEST_READ else [], core, language, detect)
    return replace(found, names=tuple(names_in_answer(_cleaned(turn.answer))))


def _asked(leads: Sequence[str], core: str, language: str, detect: Callable[[str], str]) -> Before:
    """Returns a question with each follow-up before its dash in the place that it takes."""
    core = _cut(core, LONGEST_BEFORE)
    spoken = _language_of(core, detect(core), language)
    lexicon = _lexicon(spoken)
    found = Before(core, (), "", core, (), spoken, read(core, lexicon), lexicon)
    for lead in leads[-MOST_LEADS:]:
        spoken = _language_of(lead, detect(lead), found.language)
        reading = read(lead, _lexicon(spoken))
        taken = take(reading, _lexicon(spoken), found)
        asked = "" if asks_for_more(reading, _lexicon(spoken)) else lead
        found = replace(found, language=spoken, asked=found.asked if taken else asked)
        if taken:
            kept = [(before, role) for before, role in found.leads if role != taken.role]
            resolved = _cut(taken.text, LONGEST_BEFORE)
            found = replace(
                found, leads=(*kept, (lead, taken.role)), resolved=resolved, reading=read(resolved, lexicon)
            )
    return found


@lru_cache(maxsize=256)  # every question asks again for the turns before it
def _language_of(question: str, detected: str, before: str) -> str:
    """Returns the language of a question that may be too short for the detector, after one in the language `before`."""
    shares = {
        language: reading.known + OPENED * reading.opened
        for language, lexicon in conversation_lexicons().items()
        if (reading := read(question, lexicon)).opened or reading.known >= LEAST_KNOWN
    }
    if not shares:
        return before if before and (detected == UNKNOWN or _is_only_latin_names(question)) else detected
    letters = sum(map(str.isalpha, question))
    if detected != UNKNOWN:
        shares[detected] = shares.get(detected, 0) + min(DETECTED_AT_MOST, DETECTED_BY_LETTER * letters)
    if before:
        shares[before] = shares.get(before, 0) + LANGUAGE_BEFORE
    return max(shares, key=lambda language: shares[language])


def _lexicon(language: str) -> Lexicon:
    return conversation_lexicons().get(language, _NO_LEXICON)


def _is_only_latin_names(text: str) -> bool:
    # A name in Latin letters is written so in texts of many languages; other scripts, and other words, tell more.
    latin = all(unicodedata.name(letter, "").startswith("LATIN") for letter in text if letter.isalpha())
    return latin and not any(word[0].islower() for word in text.split())


def _cleaned(text: str) -> str:
    """Returns the beginning of a text without control characters, line by line, and without empty lines."""
    kept = "".join(
        letter if letter == "\n" or letter in _JOINERS or unicodedata.category(letter)[0] != "C" else " "
        for letter in text[:LONGEST_READ]
    )
    return "\n".join(line for line in (" ".join(line.split()) for line in kept.split("\n")) if line)


def _cut(text: str, limit: int) -> str:
    """Returns at most so many characters, on one line, without a broken word at the end where there are spaces."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[: limit + 1].rpartition(" ")[0] or line[:limit]
