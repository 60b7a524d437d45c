"""A rewritten question, what was asked → whether it holds their words alone, and all that the question asks.

What a model writes is shown before any article is read, so it may tell nothing: every word of content, in whatever
inflection, stands in the question or the questions before, and of an answer only a full name comes, as without a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import regex

from assistant.answering.claim_words import words_of
from assistant.answering.conversation_lexicon import QUESTION_MARKS, Kind, Lexicon, conversation_lexicons, pieces_of
from assistant.answering.conversation_words import Reading, Word, read
from assistant.answering.figures import plain_digits
from assistant.answering.follow_ups import names_in_answer
from assistant.answering.names import NAMES_WITH_CASES
from assistant.corpus.words import UNSPACED, find_words
from assistant.types import Turn

SHORTEST_STEM = 4  # letters that two forms of a word have in common at least
LONGEST_ENDING = 3
MOST_PARTICLES = 2  # letters written onto a word in front: وبال, ולה

_ADDRESS: Final = regex.compile(r"\S*(?:@|\w\.\p{L}{2,}|/)\S*")
_PARTICLES: Final = regex.compile(r"[وفبلكا]|[והבלכמש]")
_ASKS: Final[tuple[Kind, ...]] = ("question", "who")


@dataclass(frozen=True, slots=True)
class _Held:
    """The words of texts, folded; the stems of those in spaced scripts; and the texts in one, small."""

    words: frozenset[str]
    stems: frozenset[str]
    text: str


def adds_nothing(rewritten: str, question: str, turns: Sequence[Turn], language: str) -> bool:
    """Tells whether a rewritten question holds no word of content that the question and the turns before lack, and
    none of the question's own is lost.

    Question words, pronouns and other small words are free, but for those that say "not".
    """
    lexicon = conversation_lexicons().get(language)
    if lexicon is None:
        return False  # which words say nothing is not known
    asked, written = read(question, lexicon), read(rewritten, lexicon)
    sources = [
        question,
        *(turn.question for turn in turns),
        *(name for it in turns for name in names_in_answer(it.answer)),
    ]
    held, kept = _held(sources, language), _held([rewritten], language)
    if any(address not in question for address in _ADDRESS.findall(rewritten)):
        return False
    return (
        _asks_the_same(written, asked)
        and all(_is_free(word, written, lexicon) or _is_held(word, written, held, language) for word in written.words)
        and all(_is_held(word, asked, kept, language) for word in asked.of("content"))
    )


def _asks_the_same(written: Reading, asked: Reading) -> bool:
    """Tells whether it is a question, and asks with a word that the question asks with, where that has one."""
    mine, theirs = ({_text(word, reading) for word in reading.of(*_ASKS)} for reading in (written, asked))
    if theirs:
        return any(one.startswith(other) or other.startswith(one) for one in mine for other in theirs)
    return bool(mine) or written.text.rstrip().endswith(tuple(QUESTION_MARKS))


def _is_free(word: Word, reading: Reading, lexicon: Lexicon) -> bool:
    text, words = _text(word, reading), words_of(lexicon.language)
    parts = text.split()
    if word.kind == "content" or text in words.denials or words.negations.intersection(parts):
        return False
    if word.kind != "small" or len(parts) == 1 or UNSPACED.match(text):
        return True
    return all(it in lexicon.kinds for it in parts)  # a longer phrase may say something: "is it legal"


def _is_held(word: Word, reading: Reading, held: _Held, language: str) -> bool:
    text = reading.text[word.start : word.end]
    if UNSPACED.match(text):
        return _is_pieced_together(_text(word, reading), held.text)
    return all(_has(piece.folded, text[0].isupper(), held, language) for piece in pieces_of(text))


def _has(word: str, capital: bool, held: _Held, language: str) -> bool:
    word = plain_digits(word)
    if _forms(word, language) & held.words:
        return True
    if word[0].isdecimal() or (capital and language not in NAMES_WITH_CASES):
        return False  # another ending is another name: Niger, Nigeria
    if not capital and held.stems.issuperset(find_words(word, language)):
        return True
    return language in NAMES_WITH_CASES and any(_are_forms(word, other) for other in held.words)


def _are_forms(one: str, other: str) -> bool:
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= SHORTEST_STEM and max(len(one), len(other)) - shared <= LONGEST_ENDING


def _forms(word: str, language: str) -> frozenset[str]:
    """Returns a word with and without what Arabic and Hebrew write onto it in front."""
    forms = {word}
    if language in ("ar", "he"):
        for _ in range(MOST_PARTICLES + 1):  # the article has two letters in Arabic
            forms |= {form[1:] for form in forms if len(form) >= SHORTEST_STEM and _PARTICLES.match(form)}
    return frozenset(forms)


def _is_pieced_together(run: str, text: str) -> bool:
    """Tells whether a run of letters without spaces is made of pieces, of two letters or more, of a text."""
    at = 0
    while at < len(run):
        length = next((size for size in range(len(run) - at, 1, -1) if run[at : at + size] in text), 0)
        if not length:
            return at + 1 == len(run) == 1 and run in text
        at += length
    return True


def _held(texts: Iterable[str], language: str) -> _Held:
    joined = "\n".join(texts)
    words = {form for piece in pieces_of(joined) for form in _forms(plain_digits(piece.folded), language)}
    spaced = UNSPACED.sub(" ", joined)
    compact = "\n".join("".join(piece.folded for piece in pieces_of(line)) for line in joined.splitlines())
    return _Held(frozenset(words), frozenset(find_words(spaced, language)), compact)


def _text(word: Word, reading: Reading) -> str:
    separator = "" if UNSPACED.match(reading.text[word.start]) else " "
    return separator.join(piece.folded for piece in pieces_of(reading.text[word.start : word.end]))
