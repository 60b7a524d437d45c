"""A question's words, the question before → whether it stands alone, names another thing only, or points back.

A pronoun needs the turn before unless a word before it in the question explains it. "They" also stands for people at
large: "what did they find on Mars?" has a name of its own to search for, and whoever "they" are, it stands alone.
"""

from __future__ import annotations

from typing import Final

import regex

from assistant.answering.conversation_lexicon import QUESTION_MARKS, Lexicon, fold_phrase
from assistant.answering.conversation_words import Reading, Word, is_name, names_of, runs_of

MOST_ELLIPTICAL_WORDS = 4  # "and the price of the new bridge?"
MOST_WORDS_AROUND_A_POINTER = 2  # "how much does it cost?", not "is it legal to fish here in winter?"
LONGEST_BARE_NAME = 8  # letters, in scripts without spaces

# What a question without capitals must hold to have matter of its own: words, or letters where no spaces part them.
LEAST_OWN_WORDS, LEAST_OWN_LETTERS = 3, 5
LEAST_WORDS_AROUND_A_FIGURE = 2  # "what did they build there in 1998?", not "did they strike in 2019?"

_NOMINAL: Final = ("content", "about", "of", "article", "opening", "small")  # what has no verb and asks nothing
_UNSPACED: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


def is_elliptical(reading: Reading) -> bool:
    """Tells whether the question is nothing but another name or thing: "and Peskov?", "what about the price?"."""
    content = [word for word in reading.body if word.kind == "content"]
    if not content or any(word.kind not in _NOMINAL for word in reading.body):
        return False
    if reading.opened:
        return len(content) <= MOST_ELLIPTICAL_WORDS
    if not reading.text.rstrip().endswith(tuple(QUESTION_MARKS)):
        return False  # words typed to search for them
    if reading.body[0].kind == "about" or reading.body[-1].kind == "about":
        return len(content) <= MOST_ELLIPTICAL_WORDS
    first = reading.text[content[0].start]
    if first.isupper():
        return all(reading.text[word.start].isupper() for word in content) and len(content) == len(reading.body) <= 3
    if len(content) > 1:
        return False
    return reading.body[0].kind == "article" if first.islower() else _length(content[0]) <= LONGEST_BARE_NAME


def asks_nothing(reading: Reading) -> bool:
    """Tells whether the words only open or close what never comes: "ok", but not "and?"."""
    return not reading.body and not reading.text.rstrip().endswith(tuple(QUESTION_MARKS))


def loose_pronouns(reading: Reading, lexicon: Lexicon, asked_before: str) -> list[Word]:
    """Returns the pronouns that nothing in the question explains, nor makes needless."""
    explained = False
    loose: list[Word] = []
    previous: Word | None = None
    for word in reading.words:
        if word.kind in ("subject", "pronoun") and not explained and not _is_beside_its_name(word, reading):
            loose.append(word)
        explained = explained or (word.kind == "content" and not _is_nobody(word, previous, reading, lexicon))
        previous = word
    if all(is_plural(word, reading, lexicon) for word in loose) and _has_own_matter(reading, lexicon, asked_before):
        return []
    return loose


def is_plural(pronoun: Word, reading: Reading, lexicon: Lexicon) -> bool:
    """Tells whether a pronoun stands for several."""
    return fold_phrase(reading.text[pronoun.start : pronoun.end]) in lexicon.edges["plurals"]


def lacks_subject(reading: Reading, lexicon: Lexicon) -> bool:
    """Tells whether the question leaves out who speaks, as "¿qué dijo sobre el gas?" does."""
    if not lexicon.drops_subjects or not reading.of("speech") or not reading.of("question"):
        return False
    if reading.of("who", "subject", "pronoun"):
        return False
    runs = runs_of(reading.words, reading.text, lexicon)
    # Where "about" follows, "the mayor the bridge about" may be one run.
    return not any(run.role == "subject" or (lexicon.about_follows and len(run.words) > 1) for run in runs)


def points_back(reading: Reading, lexicon: Lexicon) -> bool:
    """Tells whether a word points at what was said, and the question has little else to search for."""
    words = reading.words
    if [word.kind for word in reading.body] == ["who", "content"] and reading.text[reading.body[1].start].islower():
        return True  # "who disagrees?"
    content = sum(word.kind == "content" for word in words)
    for at, word in enumerate(words):
        after = [other for other in words[at + 1 :] if other.kind == "content"]
        # An article with no noun behind it is a pronoun: wer sagt das?
        nouns = [other for other in after if not lexicon.nouns_capitalised or reading.text[other.start].isupper()]
        if word.kind != "pointer" and not (word.kind == "article" and not nouns and at):
            continue
        # "The man that resigned": a word between two others joins them.
        joins = 0 < at < len(words) - 1 and words[at - 1].kind == words[at + 1].kind == "content"
        if content <= MOST_WORDS_AROUND_A_POINTER and len(after) <= 1 and not joins:
            return True
    return False


def _is_nobody(word: Word, previous: Word | None, reading: Reading, lexicon: Lexicon) -> bool:
    """Tells whether a content word is one that no pronoun can stand for: "which year did he", "wanneer ging hij"."""
    if previous is None:
        return False
    initial = reading.text[word.start]
    if not (initial.islower() or initial.isupper()):  # who told her: 谁告诉她
        verb_first = bool(lexicon.edges["attached_articles"]) and previous.kind == "question"
        return verb_first or (previous.kind == "who" and bool(_UNSPACED.match(initial)))
    asked = previous.kind in ("question", "who") or (lexicon.drops_subjects and previous.kind == "verb")
    return asked and (initial.islower() or lexicon.nouns_capitalised)


def _has_own_matter(reading: Reading, lexicon: Lexicon, asked_before: str) -> bool:
    """Tells whether there is something to search for whoever the pronoun means: a name that was not said before, or
    several words; nothing is, where the question is what they said.
    """
    content = reading.of("content")
    if not content or reading.of("speech"):
        return False
    written = [reading.text[word.start : word.end] for word in content]
    figures = sum(word[0].isdecimal() for word in written)
    if figures and len(content) - figures >= LEAST_WORDS_AROUND_A_FIGURE:
        return True
    names = [
        run
        for run in names_of(runs_of(reading.words, reading.text, lexicon), reading, lexicon)
        if is_name(run, reading, lexicon)
    ]
    if any(reading.text[name.start : name.end] not in asked_before for name in names):
        return True
    if any(word[0].islower() or word[0].isupper() for word in written):
        return False
    unspaced = any(map(_UNSPACED.match, written))
    return sum(map(len, written)) >= LEAST_OWN_LETTERS if unspaced else len(written) >= LEAST_OWN_WORDS


def _is_beside_its_name(word: Word, reading: Reading) -> bool:
    # A pronoun with a capital inside a sentence is polite address: Sie, haben Sie.
    last = word.start + max(reading.text[word.start : word.end].rfind(" ") + 1, 0)
    polite = last > reading.words[0].start and reading.text[last].isupper()
    return reading.text.startswith(" (", word.end) or (polite and not reading.text.isupper())


def _length(word: Word) -> int:
    return word.end - word.start
