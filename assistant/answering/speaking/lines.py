"""Sentences, words and quotations → lines: each sentence with its words, what it quotes made one mark."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from assistant.answering.speaking.entries import AUXILIARY, TITLE, VERB
from assistant.answering.speaking.quotations import DASHES, Quote
from assistant.answering.speaking.reading import Token
from assistant.answering.speaking.subjects import BOUNDARY_MARKS, QUOTATION
from assistant.corpus.splitting import SENTENCE_ENDS
from assistant.types import Span

ENDED = regex.compile(rf"[{regex.escape(SENTENCE_ENDS)}:][\p{{P}}\s]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and its words; `quoted` is the share of it that is quoted, `quote` the last quotation that touches it.

    `dialogue` is whether its paragraph begins with a dash, as speech does in Spanish, Russian and Polish.
    """

    sentence: Span
    tokens: Sequence[Token]
    paragraph: int
    dialogue: bool
    quoted: float
    quote: Quote | None


def unname_beginnings(tokens: Sequence[Token], starts: Collection[int]) -> None:
    """Unnames words that are written large only where a sentence begins, with no name or verb beside them."""
    inner = {
        token.word for before, token in pairwise(tokens) if token.name and not before.mark and token.start not in starts
    }
    edge = Token(0, 0, mark=".")
    for before, token, following in zip([edge, *tokens], tokens, [*tokens[1:], edge], strict=False):
        if (before.mark in BOUNDARY_MARKS or token.start in starts) and token.name and token.word not in inner:
            token.name = bool(following.mark or following.name or following.roles & (VERB | TITLE | AUXILIARY))


def read_lines(text: str, sentences: Sequence[Span], tokens: Sequence[Token], quotes: Sequence[Quote]) -> list[Line]:
    """Returns the sentences of a text with their words, whose quotations are made one mark each."""
    starts = [token.start for token in tokens]
    quote_starts = [quote.start for quote in quotes]
    lines: list[Line] = []
    paragraph = end = 0
    dialogue = False
    for sentence in sentences:
        begins = not lines or "\n" in text[end : sentence.start]
        paragraph += begins
        end = sentence.end
        own = tokens[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        if begins:
            dialogue = bool(own) and own[0].mark in DASHES
        first = max(0, bisect_left(quote_starts, sentence.start) - 1)
        touching = [it for it in quotes[first : bisect_left(quote_starts, sentence.end)] if it.end > sentence.start]
        covered = sum(min(it.end, sentence.end) - max(it.start, sentence.start) for it in touching)
        share = covered / max(1, sentence.end - sentence.start)
        last = touching[-1] if touching else None
        lines.append(Line(sentence, condense(own, touching), paragraph, dialogue, share, last))
    return lines


def is_label(text: str, lines: Sequence[Line], at: int) -> bool:
    """Whether a line of its own is no sentence and no headline: "By Anna Velt", "Photo: Anna Velt"."""
    alone = at > 0 and lines[at - 1].paragraph != lines[at].paragraph
    alone = alone and (at + 1 == len(lines) or lines[at + 1].paragraph != lines[at].paragraph)
    sentence = lines[at].sentence
    return alone and not ENDED.search(text, sentence.start, sentence.end)


def condense(tokens: Sequence[Token], quotes: Sequence[Quote]) -> list[Token]:
    """Returns the tokens outside quotations, each quotation made one mark."""
    line: list[Token] = []
    for token in tokens:
        if not token.quoted:
            line.append(token)
        elif not line or line[-1].mark != QUOTATION or not line[-1].quoted or _other_quote(line[-1], token, quotes):
            line.append(Token(token.start, token.end, mark=QUOTATION, quoted=True))
        else:
            line[-1].end = token.end
    return line


def _other_quote(before: Token, token: Token, quotes: Sequence[Quote]) -> bool:
    return any(quote.start == token.start for quote in quotes) and before.end <= token.start
