"""Question, answer → the words they are found by; what is searched for → patterns in those words; a find → an excerpt.

Words are folded as those of articles are (`assistant.corpus.words`), for no language in particular: a search need not
be in the language of what it finds.
"""

from __future__ import annotations

from collections.abc import Iterable

from assistant.corpus.words import find_sounds, find_words
from assistant.types import Answer

ANY_LANGUAGE = "und"

MOST_PATTERNS = 16
LONGEST_SEARCH = 400  # characters
LONGEST_EXCERPT = 160  # characters


def words_of(texts: Iterable[str]) -> str:
    """Returns the words of some texts in reading order with a space around each, and one more between texts."""
    return "".join(f" {' '.join(words)} " for text in texts if (words := find_words(text, ANY_LANGUAGE)))


def texts_of(answer: Answer) -> list[str]:
    """Returns what of a question and its answer can be searched, in reading order; each text once.

    Passages that are merely near a question that had no answer are not part of it.
    """
    sources = (f"{it.article.title}\n{it.article.outlet}\n{it.speaker_name}" for it in answer.citations)
    return list(
        dict.fromkeys(
            (answer.question, answer.understood, *(it.text for it in answer.statements), answer.note, *sources)
        )
    )


def patterns_of(search: str) -> list[str]:
    """Returns what must stand in the `words_of` a turn, each, for it to be found; nothing when nothing is searched for.

    Each piece between spaces is one pattern: a word may go on ("guarant" finds "guarantees"), several words in a piece
    ("cease-fire", 停火协议) stand one after the other.
    """
    patterns = []
    for piece in search[:LONGEST_SEARCH].split():
        words = find_words(piece, ANY_LANGUAGE)
        if not words:
            continue
        # Scripts without spaces are kept as pairs of letters: a single one may be the second of a pair.
        alone = len(words) == 1 and len(words[0]) == 1 and find_sounds(words[0])
        patterns.append(words[0] if alone else f" {' '.join(words)}")
    return list(dict.fromkeys(patterns))[:MOST_PATTERNS]


def excerpt_of(answer: Answer, patterns: Iterable[str]) -> str:
    """Returns a line of the answer that says something of what was searched for, else its first one, shortened."""
    wanted = list(patterns)
    lines = [" ".join(line.split()) for text in texts_of(answer)[1:] for line in text.splitlines() if line.strip()]
    for line in lines:
        if any(pattern in words_of([line]) for pattern in wanted):
            return _shortened(line, wanted)
    return _shortened(lines[0], []) if lines else ""


def _shortened(line: str, patterns: list[str]) -> str:
    if len(line) <= LONGEST_EXCERPT:
        return line
    # The first stretch that says one of them; stretches overlap by half, so that none is cut apart in all of them.
    step = LONGEST_EXCERPT // 2
    starts = range(0, len(line) - step, step)
    start = next((at for at in starts if _says(line[at : at + LONGEST_EXCERPT], patterns)), 0)
    before, after = "…" if start else "", "…" if start + LONGEST_EXCERPT < len(line) else ""
    return f"{before}{line[start : start + LONGEST_EXCERPT].strip()}{after}"


def _says(text: str, patterns: list[str]) -> bool:
    words = words_of([text])
    return any(pattern in words for pattern in patterns)
