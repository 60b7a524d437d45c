"""Text → words with what a lexicon knows of them, marks, and which of them are quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from assistant.answering.speaking.entries import (
    AUXILIARY,
    CLAIM,
    GROUP,
    HE,
    NEVER,
    PREPOSITION,
    SAY,
    SHE,
    SMALL,
    SUFFIX,
    THEY,
    TITLE,
    VERB,
)
from assistant.answering.speaking.lexicon import Entry, Lexicon, without_article
from assistant.answering.speaking.looking_up import NOTHING, is_object, is_prefixed_name, look_up
from assistant.answering.speaking.quotations import (
    APOSTROPHES,
    CLOSING,
    DASHES,
    HYPHENS,
    NAME_POINTS,
    PAIRS,
    Quote,
    find_quotes,
)
from assistant.answering.speaking.tokens import TOKEN, UNSPACED, fold

ABBREVIATION = re.compile(r"(?:^|[^\w])\w{1,4}$")  # "Dr.", "Mr.", "Prof."


@dataclass(slots=True)
class Token:
    """A word or phrase of the text with the roles it can play, or a mark (`mark`, else empty).

    `quoted` words stand in a quotation; at `held` ones quotation marks around a word or two begin.
    """

    start: int
    end: int
    word: str = ""
    roles: int = 0
    keys: tuple[str, ...] = ()
    name: bool = False
    mark: str = ""
    quoted: bool = False
    held: bool = False


def read_tokens(text: str, lexicon: Lexicon) -> tuple[list[Token], list[Quote]]:
    """Returns the words and marks of a text in reading order, and its quotations."""
    pieces = [(match.start(), match.end(), match.group()) for match in TOKEN.finditer(text)]
    quotes = list(find_quotes(text, pieces, lexicon.spaced))
    bounds = {place for quote in quotes for place in (quote.start, quote.end - 1)}
    marks = [piece for piece in pieces if not piece[2][0].isalnum()]
    if lexicon.spaced:
        pieces = [piece for piece in pieces if piece[2][0].isalnum() or not _is_idle_mark(text, piece, bounds)]
        tokens = list(_spaced(text, pieces, lexicon))
    else:
        tokens = [
            token
            for token in _unspaced(text, lexicon)
            if not token.mark or not _is_idle_mark(text, (token.start, token.end, token.mark), bounds)
        ]
    held = {start + 1 for start, _, mark in marks if mark in PAIRS and start not in bounds}
    for token in tokens if held else ():
        token.held = token.start in held
    at = 0
    for quote in quotes:
        while at < len(tokens) and tokens[at].start < quote.start:
            at += 1
        while at < len(tokens) and tokens[at].end <= quote.end:
            tokens[at].quoted = True
            at += 1
    _free_incises(tokens, lexicon)
    return tokens, quotes


def _free_incises(tokens: Sequence[Token], lexicon: Lexicon) -> None:
    """Takes out of quotations what the writer puts between their marks: «…, — said Velt. — …», « …, dit-il, … »."""
    for at, token in enumerate(tokens[:-1]):
        if not (token.quoted and token.mark and at and tokens[at + 1].roles & (SAY | CLAIM)):
            continue
        before = tokens[at - 1].mark
        dashed = token.mark in DASHES and bool(before) and before in ",.!?…"
        comma = lexicon.incises and token.mark == "," and at + 2 < len(tokens) and _is_named(tokens[at + 2])
        if dashed or comma:
            ends = (DASHES if dashed else frozenset(",.!?…")) | CLOSING
            for inside in islice(tokens, at + 1, None):
                if not inside.quoted or inside.mark in ends:
                    break
                inside.quoted = False


def _is_named(token: Token) -> bool:
    return token.name or bool(token.roles & (TITLE | GROUP | HE | SHE | THEY | AUXILIARY | SMALL))


def _is_idle_mark(text: str, piece: tuple[int, int, str], bounds: set[int]) -> bool:
    """Whether a mark parts nothing: a hyphen, an apostrophe, an abbreviation's point, quotation marks around a word."""
    start, end, mark = piece
    if mark in PAIRS or mark in CLOSING:
        return start not in bounds
    if mark in APOSTROPHES:
        return True
    if mark in HYPHENS:
        return start > 0 and text[start - 1].isalnum() and text[end : end + 1].isalnum()
    return mark == "." and bool(ABBREVIATION.search(text, max(0, start - 5), start))


def _spaced(text: str, pieces: Sequence[tuple[int, int, str]], lexicon: Lexicon) -> Iterator[Token]:
    words = [fold(piece) if piece[0].isalnum() else "" for _, _, piece in pieces]
    article = lexicon.article_prefix
    bare = (
        [without_article(word, article) if word.startswith(article) else word for word in words] if article else words
    )
    pairs = set(pairwise(words)) if lexicon.preposition_prefixes else set()
    at, titled = 0, False
    while at < len(pieces):
        start, end, piece = pieces[at]
        if not words[at]:
            titled = False
            yield Token(start, end, mark=piece)
            at += 1
            continue
        large = piece[0].isupper() or not (lexicon.cased or piece[0].isdigit())
        length, entry = look_up(words, bare, at, lexicon)
        if entry is NOTHING:
            about = is_object(words, at, lexicon) or piece.endswith("ًا")  # an Arabic adverb
            about = about or is_prefixed_name(words, at, pairs, lexicon)
            yield Token(start, end, words[at], PREPOSITION if about else 0, (), large and not about)
            titled = False
        else:
            roles = entry.roles
            if roles & SUFFIX and not (start and text[start - 1] in "'’ʼ"):
                roles &= ~SUFFIX
            end = pieces[at + length - 1][1]
            name = large and (not roles or _is_within_name(pieces, at, titled, roles))
            yield Token(start, end, words[at], 0 if name else roles & ~NEVER, () if name else entry.keys, name)
            titled = lexicon.cased and bool(roles & TITLE)
        at += length


def _is_within_name(pieces: Sequence[tuple[int, int, str]], at: int, titled: bool, roles: int) -> bool:
    """Whether a word is a first name that means something else when it is written small: "expert Per Lindqvast"."""
    follows = pieces[at + 1][2] if at + 1 < len(pieces) else ""
    return titled and not roles & (TITLE | GROUP | VERB) and follows[:1].isupper()


def _unspaced(text: str, lexicon: Lexicon) -> Iterator[Token]:
    at = unknown = 0
    while at < len(text):
        found = _longest(text, at, lexicon)
        counts = unknown < at and text[at].isdigit() and bool(UNSPACED.match(text[at - 1]))  # 邵文8日
        if found is None and _goes_on(text, at) and not counts:
            at += 1
            continue
        if unknown < at:
            yield Token(unknown, at, fold(text[unknown:at]), name=not text[unknown].isdigit())
        if counts and not found:
            unknown, at = at, at + 1
            continue
        if found:
            end, entry = found
            yield Token(at, end, text[at:end], entry.roles & ~NEVER, entry.keys)
        else:
            end = at + 1
            yield Token(at, end, mark=" " if text[at].isspace() else text[at])
        at = unknown = end
    if unknown < at:
        yield Token(unknown, at, fold(text[unknown:at]), name=not text[unknown].isdigit())


def _longest(text: str, at: int, lexicon: Lexicon) -> tuple[int, Entry] | None:
    for (phrase,), entry in lexicon.phrases.get(text[at], ()):
        if text.startswith(phrase, at):
            return at + len(phrase), entry
    return None


def _goes_on(text: str, at: int) -> bool:
    letter = text[at]
    if letter == " ":  # within a name in Latin letters
        return text[at - 1 : at].isascii() and text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isascii()
    return letter.isalnum() or letter in NAME_POINTS or unicodedata.category(letter)[0] == "M"
