"""A follow-up's words, the question before → the complete question; or None where the question stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import regex

from assistant.answering.conversation_lexicon import Lexicon
from assistant.answering.conversation_words import (
    Reading,
    Run,
    Word,
    first_of,
    has_article,
    is_lower,
    is_name,
    names_of,
    runs_of,
    start_with_article,
)

MOST_ELLIPTICAL_WORDS = 4  # "and the price of the new bridge?"
MOST_WORDS_AROUND_A_POINTER = 2  # "how much does it cost?", not "is it legal to fish here in winter?"
LONGEST_BARE_NAME = 8  # letters, in scripts without spaces
LONGEST_NAME = 60  # characters
QUESTION_MARKS = "?؟？;"

_NOMINAL: Final = ("content", "about", "of", "article", "opening", "small")  # what has no verb and asks nothing

_DASH: Final = " – "
_COMPLETED: Final = regex.compile(rf"(?P<lead>[^{_DASH[1]}]*[{QUESTION_MARKS}]){_DASH}(?P<core>.+)", regex.DOTALL)
# Two words with capitals in a row are somebody's full name more often than not, except where a sentence begins.
_NAME: Final = r"\p{Lu}[\p{L}\p{M}'’-]+(?: \p{Lu}[\p{L}\p{M}'’-]+)+"
_FULL_NAME: Final = regex.compile(rf"(?<=[\p{{L}}\p{{N}},;] ){_NAME}|{_NAME}(?= ?[,:(])")


@dataclass(frozen=True, slots=True)
class Before:
    """The question before and its answer; `core` is what of the question stands behind the dash, or all of it."""

    question: str
    core: str
    answer: str
    language: str
    reading: Reading  # of the core
    lexicon: Lexicon  # of the core


def split_completed(question: str) -> tuple[str, str]:
    """Returns what `complete` put before and behind the dash; nothing before it in other texts."""
    match = _COMPLETED.fullmatch(question)
    return (match["lead"], match["core"]) if match else ("", question)


def join_completed(lead: str, core: str) -> str:
    """Returns what `split_completed` takes apart."""
    return f"{lead}{_DASH}{core}" if lead else core


def complete(reading: Reading, lexicon: Lexicon, before: Before) -> str | None:
    """Returns the question completed by the one before, or None when it stands alone."""
    if _COMPLETED.fullmatch(reading.text):
        return None
    if _is_elliptical(reading):
        return _with_its_place_taken(reading, lexicon, before) or _joined(reading.text, lexicon, before.core)
    content = reading.of("content")
    pronouns = _loose_pronouns(reading, lexicon)
    nobody = _lacks_subject(reading, lexicon)
    points = _points_back(reading)
    if content and not (pronouns or nobody or points):
        return None
    asks = bool(content or reading.of("question", "who", "speech"))  # "and him?" asks what was asked before
    name = _name_in(before) if asks and (pronouns or nobody) else ""
    named = _named(reading.text, pronouns, name) if pronouns else reading.text
    if name and not points:
        return named if pronouns else f"{name}: {reading.text}"
    # What was quoted before is left out: with it "why?" would find that quote again, and surely, whatever it says.
    return _joined(named, lexicon, before.core)


def _is_elliptical(reading: Reading) -> bool:
    """Tells whether the question is nothing but another name or thing: "and Peskov?", "what about the price?"."""
    content = [word for word in reading.body if word.kind == "content"]
    if not content or any(word.kind not in _NOMINAL for word in reading.body):
        return False
    if reading.opened:
        return len(content) <= MOST_ELLIPTICAL_WORDS
    if not reading.text.rstrip().endswith(tuple(QUESTION_MARKS)):
        return False  # words typed to search for them
    first = reading.text[content[0].start]
    if first.isupper():
        return all(reading.text[word.start].isupper() for word in content) and len(content) == len(reading.body) <= 3
    if len(content) > 1:
        return False
    return reading.body[0].kind == "article" if first.islower() else _length(content[0]) <= LONGEST_BARE_NAME


def _with_its_place_taken(reading: Reading, lexicon: Lexicon, before: Before) -> str | None:
    """Returns the question before with its person or thing replaced, or None when it has nothing like it."""
    newcomer = next(iter(runs_of(reading.body, lexicon)), None)
    if newcomer is None:
        return None
    place = _place_of(newcomer, reading, lexicon, before)
    if place is None:
        return None
    shift = len(before.question) - len(before.core)
    start = start_with_article(place, before.reading.words)
    words = reading.text[start_with_article(newcomer, reading.body) : newcomer.end]
    return before.question[: shift + start] + words + before.question[shift + place.end :]


def _place_of(newcomer: Run, reading: Reading, lexicon: Lexicon, before: Before) -> Run | None:
    runs = runs_of(before.reading.words, before.lexicon)
    subject, topic = first_of(runs, "subject"), first_of(runs, "topic")
    name = is_name(newcomer, reading, lexicon)
    if newcomer.role == "topic":
        return topic
    if newcomer.role == "adjunct" or not before.reading.of("speech"):
        names = names_of(runs, before.reading, before.lexicon) if name else []
        return next((run for run in names if newcomer.role in ("subject", run.role)), None)
    if name is None:
        thing = has_article(newcomer, reading, lexicon) and topic and has_article(topic, before.reading, before.lexicon)
        return topic if thing else subject or topic
    if name or (not topic and is_lower(newcomer, reading) and subject and is_lower(subject, before.reading)):
        return subject or topic
    return topic


def _name_in(before: Before) -> str:
    """Returns who the turn before is about: who was asked for, before whoever is named first, before the answer's.

    The subject is what a pronoun most likely means (Grosz, Joshi and Weinstein, Computational Linguistics 1995).
    """
    reading = before.reading
    runs = runs_of(reading.words, before.lexicon)
    subject = first_of(runs, "subject") if reading.of("speech") else None
    named = subject or next(iter(names_of(runs, reading, before.lexicon)), None)
    if named is None and len(runs) == 1 and is_name(runs[0], reading, before.lexicon) is None:
        named = runs[0] if len(runs[0].words) <= 2 else None
    if named:
        name = reading.text[start_with_article(named, reading.words) : named.end]
        return name if len(name) <= LONGEST_NAME else ""
    found = _FULL_NAME.search(before.answer)
    return found.group()[:LONGEST_NAME] if found else ""


def _named(text: str, pronouns: Sequence[Word], name: str) -> str:
    """Puts the name in the place of the first pronoun, or beside it where it does not fit the sentence."""
    if not name:
        return text
    first = pronouns[0]
    if first.kind == "subject":
        return text[: first.start] + name + text[first.end :]
    return f"{text[: first.end]} ({name}){text[first.end :]}"


def _joined(question: str, lexicon: Lexicon, core: str) -> str:
    asked = question.strip()
    if not asked.endswith(tuple(QUESTION_MARKS)):
        asked = asked.rstrip(" .!…,") + lexicon.question_mark
    return join_completed(asked, core)


def _loose_pronouns(reading: Reading, lexicon: Lexicon) -> list[Word]:
    """Returns the pronouns that nothing before them in the question explains."""
    explained = False
    loose: list[Word] = []
    previous: Word | None = None
    for word in reading.words:
        if word.kind in ("subject", "pronoun") and not explained and not _is_beside_its_name(word, reading):
            loose.append(word)
        # In "which year did he" and "wanneer ging hij" the word after the question word is nobody.
        asked = previous is not None and previous.kind in ("question", "who")
        initial = reading.text[word.start]
        nobody = asked and (initial.islower() or (initial.isupper() and lexicon.nouns_capitalised))
        explained = explained or (word.kind == "content" and not nobody)
        previous = word
    return loose


def _is_beside_its_name(word: Word, reading: Reading) -> bool:
    # A pronoun with a capital inside a sentence is polite address: Sie.
    polite = word.start > reading.words[0].start and reading.text[word.start].isupper()
    return reading.text.startswith(" (", word.end) or (polite and not reading.text.isupper())


def _lacks_subject(reading: Reading, lexicon: Lexicon) -> bool:
    """Tells whether the question leaves out who speaks, as "¿qué dijo sobre el gas?" does."""
    if not lexicon.drops_subjects or not reading.of("speech") or not reading.of("question"):
        return False
    if reading.of("who", "subject", "pronoun"):
        return False
    runs = runs_of(reading.words, lexicon)
    # Where "about" follows, "the mayor the bridge about" may be one run.
    return not any(run.role == "subject" or (lexicon.about_follows and len(run.words) > 1) for run in runs)


def _points_back(reading: Reading) -> bool:
    """Tells whether a word points at what was said, and the question has little else to search for."""
    words = reading.words
    for at, word in enumerate(words):
        after = sum(other.kind == "content" for other in words[at + 1 :])
        # An article with no noun behind it is a pronoun: wer sagt das?
        if word.kind != "pointer" and not (word.kind == "article" and not after and at):
            continue
        # "The man that resigned": a word between two others joins them.
        joins = 0 < at < len(words) - 1 and words[at - 1].kind == words[at + 1].kind == "content"
        content = sum(other.kind == "content" for other in words)
        if content <= MOST_WORDS_AROUND_A_POINTER and after <= 1 and not joins:
            return True
    return False


def _length(word: Word) -> int:
    return word.end - word.start
