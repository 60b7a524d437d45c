"""Evidence → numbered sources: each sentence with the sentences around it, and how a model gets to read it.

What an article says is data. In the prompt it has no brackets, no angle brackets, no links, no lines of its own and no
invisible characters: it cannot close its place, pretend to be another source, or name an address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.gathering import Evidence
from assistant.answering.inert import inert_words
from assistant.corpus.reading import body_start
from assistant.corpus.splitting import split_sentences
from assistant.types import Article, Span

SENTENCES_AROUND = 2  # on either side
REACH = 2_000  # characters on either side in which to look for them

FEWEST_TOKENS = 120  # a source with less room than this is left out
MOST_TOKENS = 700  # a source needs no more

LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Source:
    """A source as the model gets it: its evidence, and the sentences that stand in its passage, in reading order."""

    number: int
    evidence: Evidence
    sentences: tuple[Span, ...]

    @property
    def article(self) -> Article:
        """The article."""
        return self.evidence.article

    @property
    def passage(self) -> str:
        """The passage, exactly as the article has it."""
        return self.article.text[self.sentences[0].start : self.sentences[-1].end]

    def stretches(self, longest: int) -> list[Span]:
        """Returns the evidence, and each run of one to `longest` sentences of the passage."""
        runs = [
            Span(self.sentences[first].start, self.sentences[first + length - 1].end)
            for length in range(1, longest + 1)
            for first in range(len(self.sentences) - length + 1)
        ]
        return list(dict.fromkeys([Span(self.evidence.start, self.evidence.end), *runs]))

    def words(self, span: Span) -> str:
        """Returns a span's words, exactly as the article has them."""
        return self.article.text[span.start : span.end]


def make_sources(evidence: Sequence[Evidence], tokens: int) -> list[Source]:
    """Returns the sources, numbered from one, that fit into so many tokens; what fits no more is left out."""
    sources: list[Source] = []
    left = tokens
    for at, piece in enumerate(evidence):
        share = min(MOST_TOKENS, max(left // (len(evidence) - at), FEWEST_TOKENS))
        sentences = _around(piece, share)
        source = Source(len(sources) + 1, piece, sentences)
        cost = count_tokens(show_source(source))
        if cost > left:
            continue
        sources.append(source)
        left -= cost
    return sources


def show_source(source: Source) -> str:
    """Returns a source as it stands in the prompt: one line, and nothing in it that the article could fake.

    Its number stands at the end, too: a small model copies it with the words.
    """
    title = inert_words(source.article.title)[:LONGEST_TITLE]
    return (
        f'<source number="[{source.number}]" title="{title}">{inert_words(source.passage)} [{source.number}]</source>'
    )


def count_tokens(text: str) -> int:
    """Returns how many tokens a text has at most, for any model: those that know few scripts need many."""
    plain = sum(character < "\x80" for character in text)
    others = len(text.encode("utf-8", "replace")) - plain
    return round(plain / 3 + others * 0.75) + 1


def _around(piece: Evidence, tokens: int) -> tuple[Span, ...]:
    text = piece.article.text
    start = max(body_start(piece.article.path, text), piece.start - REACH)
    end = min(len(text), piece.end + REACH)
    before = _sentences(text, start, piece.start, piece.article.language)[-SENTENCES_AROUND:]
    # The headline is no sentence of the passage, and stands above it.
    before = [span for span in before if text[span.start : span.end].strip("#*= ") != piece.article.title.strip()]
    after = _sentences(text, piece.end, end, piece.article.language)[:SENTENCES_AROUND]
    chosen = _sentences(text, piece.start, piece.end, piece.article.language) or [Span(piece.start, piece.end)]
    left = tokens - count_tokens(text[piece.start : piece.end])
    # Nearest first, and in one piece with the evidence: a side ends where a sentence does not fit.
    while before or after:
        for side, sentence in ((before, before[-1] if before else None), (after, after[0] if after else None)):
            if sentence is None:
                continue
            cost = count_tokens(text[sentence.start : sentence.end])
            if cost > left:
                side.clear()
                continue
            left -= cost
            side.remove(sentence)
            chosen.append(sentence)
    return tuple(sorted(chosen, key=lambda span: span.start))


def _sentences(text: str, start: int, end: int, language: str) -> list[Span]:
    found = split_sentences(text[start:end], language)
    spans = [Span(start + span.start, start + span.end) for span in found]
    return [span for span in spans if re.search(r"\w", text[span.start : span.end])]
