"""Another name or thing, the question before → that question with the newcomer in its place, and whether it reads well.

What is searched for may be broken language, what is shown may not. Verbs, participles, cases and articles agree with
whoever had the place, so each lexicon says what agrees in its language, and only what cannot go wrong is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import regex

from assistant.answering.conversation_lexicon import QUESTION_MARKS, Lexicon, fold_phrase
from assistant.answering.conversation_words import (
    Reading,
    Role,
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
from assistant.answering.speaking import offices_in

_HAN: Final = regex.compile(r"\p{Han}")  # where what is spoken of stands before the verb


@dataclass(frozen=True, slots=True)
class Before:
    """The question that is followed, and its answer."""

    core: str
    """The question as it was asked."""
    leads: tuple[tuple[str, Role], ...]
    """Follow-ups, each with whose place another took in it: "and Peskov?", "and about gas?"."""
    asked: str
    """The follow-up that was asked last and took no place, if any: "why?"."""
    resolved: str
    """The core with all of them in their places, to search for; it may be broken language."""
    names: tuple[str, ...]
    """The full names at the beginning of its answer."""
    language: str
    reading: Reading  # of what is resolved
    lexicon: Lexicon  # of the core


@dataclass(frozen=True, slots=True)
class Taken:
    """The question before with another in the place of who or what had this role in it."""

    text: str
    role: Role
    natural: bool  # whether it is a sentence that may be shown
    named: bool  # whether who or what took the place has a name, and no office or noun that many may bear


def take_place(reading: Reading, lexicon: Lexicon, before: Before) -> Taken | None:
    """Returns the question before with its person or thing replaced, or None when it has nothing like it."""
    newcomer = next(iter(runs_of(reading.body, reading.text, lexicon)), None)
    if newcomer is None:
        return None
    place = _place_of(newcomer, reading, lexicon, before)
    if place is None:
        return _with_topic(newcomer, reading, lexicon, before)
    if _is_one_of_several(place, before.reading):
        return None
    there = _with_its_word(place, before.reading.words, before.lexicon)
    here = _with_its_word(newcomer, reading.body, lexicon)
    whole = here is not None and there is not None  # "about gas" for "on oil": what it is about stays so
    if here is not None and there is not None:
        (start, end), words = there, reading.text[here[0] : here[1]]
    else:
        start, end = start_with_article(place, before.reading.words), place.end
        words = reading.text[start_with_article(newcomer, reading.body) : newcomer.end]
    text = before.resolved[:start] + words + before.resolved[end:]
    same_language = lexicon.language == before.lexicon.language
    natural = same_language and (whole or _agrees(newcomer, reading, place, before))
    return Taken(text, place.role, natural, is_name(newcomer, reading, lexicon) is not False)


def _with_topic(newcomer: Run, reading: Reading, lexicon: Lexicon, before: Before) -> Taken | None:
    """Returns the question before with what it is about added, where it asked what somebody said about anything."""
    about = _with_its_word(newcomer, reading.body, lexicon)
    spoken_of = first_of(runs_of(before.reading.words, before.reading.text, before.lexicon), "topic")
    if about is None or spoken_of or not before.reading.of("speech") or lexicon.language != before.lexicon.language:
        return None
    topic = reading.text[about[0] : about[1]]
    if lexicon.about_follows:
        return Taken(f"{topic} {before.resolved}", "topic", False, True)
    if _HAN.search(topic):
        verb = before.reading.of("speech")[0].start
        return Taken(before.resolved[:verb] + topic + before.resolved[verb:], "topic", False, True)
    asked = before.resolved.rstrip(f" {QUESTION_MARKS}")
    return Taken(f"{asked} {topic}{before.resolved[len(asked) :]}", "topic", False, True)


def ask_for_others(before: Before) -> str:
    """Returns the question before without who was asked about: "who else?" asks for anybody but them."""
    subject = first_of(runs_of(before.reading.words, before.reading.text, before.lexicon), "subject")
    if subject is None or not before.reading.of("speech"):
        return before.resolved
    start = start_with_article(subject, before.reading.words)
    return " ".join((before.resolved[:start] + before.resolved[subject.end :]).split())


def _agrees(newcomer: Run, reading: Reading, place: Run, before: Before) -> bool:
    """Tells whether nothing in the question before agrees with who or what had the place, as far as it is known."""
    lexicon = before.lexicon
    if before.resolved.startswith(("'", "’"), place.end) or lexicon.agreement == "gender":
        return False  # an ending is written onto it
    if lexicon.agreement == "nothing":
        return True
    if place.role == "topic":
        return not lexicon.nouns_capitalised and lexicon.agreement == "number"
    one, two = is_name(newcomer, reading, lexicon), is_name(place, before.reading, lexicon)
    bare = start_with_article(newcomer, reading.body) == newcomer.start
    bare = bare and start_with_article(place, before.reading.words) == place.start
    return bool(one and two and bare) and (lexicon.agreement == "number" or bool(before.reading.of("speech")))


def _place_of(newcomer: Run, reading: Reading, lexicon: Lexicon, before: Before) -> Run | None:
    runs = runs_of(before.reading.words, before.reading.text, before.lexicon)
    subject, topic = first_of(runs, "subject"), first_of(runs, "topic")
    if before.lexicon.about_follows and topic and len(topic.words) > 1 and not subject:
        return None  # who speaks and of what cannot be told apart
    name = is_name(newcomer, reading, lexicon)
    if newcomer.role == "topic":
        return topic
    if newcomer.role == "adjunct" or not before.reading.of("speech"):
        names = names_of(runs, before.reading, before.lexicon) if name else []
        return next((run for run in names if _stand_alike(newcomer, reading, run, before.reading)), None)
    if name is None:
        thing = has_article(newcomer, reading, lexicon) and topic and has_article(topic, before.reading, before.lexicon)
        return topic if thing else subject or topic
    if name is False and offices_in(reading.text[newcomer.start : newcomer.end], lexicon.language):
        spoken_of = topic and offices_in(before.reading.text[topic.start : topic.end], before.language)
        return topic if spoken_of else subject or topic  # "and the mayor?" speaks, unless one was spoken of
    if name or (not topic and is_lower(newcomer, reading) and subject and is_lower(subject, before.reading)):
        return subject or topic
    return topic


def _stand_alike(newcomer: Run, reading: Reading, place: Run, before: Reading) -> bool:
    """Tells whether a name can take a place: "and in Lenz?" not that of "from Karsova"."""
    if newcomer.role != "adjunct":
        return True
    here, there = _word_before(newcomer, reading.body), _word_before(place, before.words)
    return there is not None and here is not None and _folded(here, reading) == _folded(there, before)


def _with_its_word(run: Run, words: tuple[Word, ...], lexicon: Lexicon) -> tuple[int, int] | None:
    """Returns where a topic stands with its "about", or None for what is no topic."""
    if run.role != "topic":
        return None
    if lexicon.about_follows:
        after = next((word for word in words if word.start >= run.end), None)
        return (run.start, after.end) if after and after.kind == "about" else None
    first = _word_before(run, words)
    return (first.start, run.end) if first and first.kind == "about" else None


def _word_before(run: Run, words: tuple[Word, ...]) -> Word | None:
    start = start_with_article(run, words)
    return next((word for word in reversed(words) if word.end <= start), None)


def _folded(word: Word, reading: Reading) -> str:
    return fold_phrase(reading.text[word.start : word.end])


def _is_one_of_several(place: Run, before: Reading) -> bool:
    """Tells whether an "and" joins it to another: nobody else takes the place of half of "Russia and NATO"."""
    at = [word.start for word in before.words].index(place.words[0].start)
    end = at + len(place.words)
    before_it = at > 1 and before.words[at - 1].kind == "opening" and before.words[at - 2].kind == "content"
    after_it = end + 1 < len(before.words) and before.words[end].kind == "opening"
    return before_it or (after_it and before.words[end + 1].kind in ("content", "article"))
