"""A text → sentences → passages: spans first. Sentences hold every visible character; passages cover the whole text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import sentencex

from assistant.corpus.abbreviations import ends_abbreviated, without_false_abbreviations
from assistant.types import Span

SPLITTING_VERSION = 3  # raise it when the same text would be split otherwise: every article is then split anew

LINE_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")

SENTENCE_ENDS = ".!?…。！？؟۔।॥"
"""The marks that end a sentence, of all scripts."""

# What counts two and a half: Han, kana, Hangul and their punctuation; e5's tokeniser makes about as many tokens of
# 1,000 such characters as of 2,500 Latin ones.
WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
WIDE_WEIGHT = 2.5

LONGEST_SENTENCE = 400  # in weight: what a reader takes in at one look; a longer one is broken at a clause
CLAUSE_ENDS = re.compile(r"[;:,]\s+|[؛،：；、，—–](?!\d)\s*")  # none is in "10:30", "1,000" or "1939–1945"
FEWEST_LETTERS = 3  # "1.", "a)" and "…" are no sentences: they join the next one

SPACE = re.compile(r"\s")

# In characters: what sentencex sees of a line at once, because its time grows with the square of that.
WINDOW = 3_000

PARAGRAPH_SHARE = 0.75  # a passage as full as this ends at the paragraph's end rather than in the next one

# "د." (Doctor), "M." (Monsieur), "أ.ف.ب." (the agency): one letter and a point end no sentence; those of ארה"ב do.
ABBREVIATION = re.compile(r"(?:^|[\s(«“]|(?<!\w)\")(?:[^\W\d_]\.)+(?:[^\W\d_]\.?)?$")

EMPHASIS_ENDS = re.compile(r"(?<=\S)[*_]{1,3}(?=\s)")  # of Markdown, behind the point: "**Velmora.** The bridge …"


@dataclass(frozen=True, slots=True)
class SplitPassage:
    """A passage's span and the spans of its sentences, in reading order."""

    start: int
    end: int
    sentences: tuple[Span, ...]


def split_text(text: str, language: str, passage_size: int) -> list[SplitPassage]:
    """Splits a text into passages of at most about `passage_size` characters, and those into sentences.

    Passages lie end to end and cover the text; they break where a sentence ends, at a paragraph's end if one is near,
    and are about equally long. A text of white space alone is one passage without sentences.
    """
    sentences = list(split_sentences(text, language))
    groups = _group(text, sentences, passage_size)
    starts = [0, *(group[0].start for group in groups[1:])]
    ends = [*starts[1:], len(text)]
    return [SplitPassage(start, end, tuple(group)) for start, end, group in zip(starts, ends, groups, strict=True)]


def split_sentences(text: str, language: str) -> Iterator[Span]:
    """Yields the sentences of a text: no white space around them, none across a line's end, none too long to quote."""
    for line in _lines(text):
        for sentence in _joined(text, list(_pieces(text, line, language)), language):
            for part in _capped(text, sentence):
                stripped = _stripped(text, part)
                if stripped.start < stripped.end:
                    yield stripped


def weigh(text: str) -> float:
    """Returns how long a text is in characters, those of scripts without spaces counted two and a half times."""
    return len(text) + (WIDE_WEIGHT - 1) * sum(1 for _ in WIDE.finditer(text))


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for breaks in LINE_BREAKS.finditer(text):
        if start < breaks.start():
            yield Span(start, breaks.start())
        start = breaks.end()
    if start < len(text):
        yield Span(start, len(text))


def _pieces(text: str, line: Span, language: str) -> Iterator[Span]:
    start = line.start
    while start < line.end:
        end = line.end
        if end - start > WINDOW:  # not within a word
            end = text.rfind(" ", start + WINDOW // 2, start + WINDOW) + 1 or start + WINDOW
        # sentencex 1.0.32 stops the whole process at "Plan B\u00a0."; with plain spaces it does not, and offsets stay.
        shown = without_false_abbreviations(SPACE.sub(" ", text[start:end]), language)
        found = sentencex.get_sentence_boundaries(language, shown)
        ends = [*(start + piece["end_index"] for piece in found[:-1]), end]
        if end < line.end:  # what is said of the second half may change when the quotation it ends in is seen whole
            ends = [piece_end for piece_end in ends if piece_end <= start + WINDOW // 2] or ends[:1]
        for piece_end in ends:
            if piece_end < start:
                continue
            emphasis = EMPHASIS_ENDS.match(text, piece_end, line.end)
            stop = emphasis.end() if emphasis else piece_end
            yield Span(start, stop)
            start = stop


def _joined(text: str, pieces: Sequence[Span], language: str) -> list[Span]:
    joined: list[Span] = []
    for piece in pieces:
        if joined and _is_unfinished(text, joined[-1], language):
            joined[-1] = Span(joined[-1].start, piece.end)
        else:
            joined.append(piece)
    if len(joined) > 1 and _letters(text, joined[-1]) < FEWEST_LETTERS:
        last = joined.pop()
        joined[-1] = Span(joined[-1].start, last.end)
    return joined


def _is_unfinished(text: str, piece: Span, language: str) -> bool:
    ending = text[max(piece.start, piece.end - 40) : piece.end]
    if ends_abbreviated(ending, language):
        return True
    beginning = text[piece.start : min(piece.end, piece.start + 40)].lstrip()
    few_letters = sum(map(str.isalnum, beginning[: 4 * FEWEST_LETTERS])) < FEWEST_LETTERS
    return few_letters or bool(ABBREVIATION.search(ending.rstrip()[-12:]))


def _letters(text: str, span: Span) -> int:
    return sum(map(str.isalnum, text[span.start : span.end]))


def _capped(text: str, sentence: Span) -> Iterator[Span]:
    start = sentence.start
    while True:
        # No sentence is heavier than its characters times WIDE_WEIGHT, so this window holds all that may be taken.
        window = text[start : min(sentence.end, start + LONGEST_SENTENCE + 1)]
        if start + len(window) == sentence.end and weigh(window) <= LONGEST_SENTENCE:
            yield Span(start, sentence.end)
            return
        cut = start + _place_to_cut(window)
        if cut >= sentence.end:
            yield Span(start, sentence.end)
            return
        yield Span(start, cut)
        start = cut


def _place_to_cut(window: str) -> int:
    weights = accumulate(WIDE_WEIGHT if WIDE.match(character) else 1.0 for character in window)
    longest = sum(weight <= LONGEST_SENTENCE for weight in weights)
    shortest = longest // 2
    clauses = [match.end() for match in CLAUSE_ENDS.finditer(window, shortest, longest)]
    if clauses:
        return clauses[-1]
    space = max((match.end() for match in re.finditer(r"\s+", window[:longest])), default=0)
    if space >= shortest:
        return space
    # Not between a letter and its marks, nor inside an emoji made of several.
    cut = longest
    while (
        cut > shortest
        and cut < len(window)
        and (unicodedata.category(window[cut])[0] == "M" or "\u200d" in window[cut - 1 : cut + 1])
    ):
        cut -= 1
    return max(cut, 1)


def _stripped(text: str, span: Span) -> Span:
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.end - (len(piece) - len(piece.rstrip()))))


def _group(text: str, sentences: Sequence[Span], size: int) -> list[list[Span]]:
    weights = [weigh(text[sentence.start : sentence.end]) for sentence in sentences]
    left = sum(weights)  # in this group and all after it
    groups: list[list[Span]] = [[]]
    filled = 0.0
    for sentence, weight in zip(sentences, weights, strict=True):
        group = groups[-1]
        at_paragraph = bool(group) and "\n" in text[group[-1].end : sentence.start]
        target = left / max(1, -(-left // size))  # what is left, shared out evenly over as few as will hold it
        full_enough = left > size and filled >= (PARAGRAPH_SHARE * target if at_paragraph else target)
        if group and (full_enough or filled + weight > size):
            left -= filled
            group, filled = [], 0.0
            groups.append(group)
        group.append(sentence)
        filled += weight
    return groups
