"""Text → words with what a lexicon knows of them, marks, and which of them are quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from assistant.answering.speaking.lexicon import (
    AUXILIARY,
    CLAIM,
    GROUP,
    HE,
    NEVER,
    OBLIQUE,
    PREPOSITION,
    SAY,
    SHE,
    SMALL,
    SUFFIX,
    THEY,
    TITLE,
    Entry,
    Lexicon,
    load_lexicons,
    without_article,
)
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
from assistant.answering.speaking.tokens import TOKEN, fold

ABBREVIATION = re.compile(r"(?:^|[^\w])\w{1,4}$")  # "Dr.", "Mr.", "Prof."

# A title with an ending of its language has at most so many letters more.
LONGEST_ENDING = 3
SHORTEST_INFLECTED = 5

NOTHING = Entry(0)


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
    at = 0
    while at < len(pieces):
        start, end, piece = pieces[at]
        if not words[at]:
            yield Token(start, end, mark=piece)
            at += 1
            continue
        large = piece[0].isupper() or not (lexicon.cased or piece[0].isdigit())
        candidates = _candidates(words[at], bare[at], lexicon.language)
        length, entry = _look_up(candidates, bare, at) if candidates else (1, NOTHING)
        if entry is NOTHING:
            about = piece.startswith("بإ")  # Arabic "by …ing"
            yield Token(start, end, words[at], PREPOSITION if about else 0, (), large and not about)
        else:
            roles = entry.roles
            if roles & SUFFIX and not (start and text[start - 1] in "'’ʼ"):
                roles &= ~SUFFIX
            end = pieces[at + length - 1][1]
            yield Token(start, end, words[at], roles & ~NEVER, entry.keys, large and not roles)
        at += length


def _look_up(candidates: Sequence[tuple[tuple[str, ...], Entry]], bare: Sequence[str], at: int) -> tuple[int, Entry]:
    for rest, entry in candidates:
        if not rest or tuple(bare[at + 1 : at + 1 + len(rest)]) == rest:
            return 1 + len(rest), entry
    return 1, NOTHING


@lru_cache(maxsize=50_000)
def _candidates(word: str, bare: str, language: str) -> tuple[tuple[tuple[str, ...], Entry], ...]:
    """Returns what a word can be with the words that would have to follow it, the likeliest first."""
    lexicon = load_lexicons()[language]
    found: list[tuple[tuple[str, ...], Entry]] = []
    for stripped, extra in _readings(word, bare, lexicon):
        for rest, entry in lexicon.phrases.get(stripped, ()):
            if not extra or entry.roles & (TITLE | GROUP):
                found.append((rest, Entry(entry.roles | extra, entry.keys)))
    if lexicon.stems and len(word) >= SHORTEST_INFLECTED:
        stems = (lexicon.stems.get(word[:cut]) for cut in range(len(word), max(3, len(word) - LONGEST_ENDING - 2), -1))
        found += [((), Entry(stem.roles | OBLIQUE, stem.keys)) for stem in stems if stem][:1]
    if lexicon.compounds and not found:
        found += [((), last) for last in (_compound(word, lexicon),) if last]
    if word.startswith(("لل", "بال")) and len(word) > 4:  # Arabic "to the", "with the"
        found.append(((), Entry(PREPOSITION)))
    return tuple(found)


def _compound(word: str, lexicon: Lexicon) -> Entry | None:
    """Returns what the last part of a long word names: Umweltministerin is a minister."""
    for cut in range(2, len(word) - SHORTEST_INFLECTED):
        for rest, entry in lexicon.phrases.get(word[cut:], ()):
            if not rest and entry.roles & (TITLE | GROUP):
                return entry
    return None


def _readings(word: str, bare: str, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    """Yields a word without what its language writes together with it: "and", "the", and what "to" and "of" make."""
    yield word, 0
    if bare != word:
        yield bare, 0
    if not lexicon.conjunction_prefixes or len(word) < 3:
        return
    rest = word
    if rest[0] in lexicon.conjunction_prefixes:
        rest = rest[1:]
        yield rest, 0
        yield without_article(rest, lexicon.article_prefix), 0
    if rest[0] in lexicon.preposition_prefixes and len(rest) > 3:
        yield rest[1:], PREPOSITION | OBLIQUE
        yield without_article(rest[1:], lexicon.article_prefix), PREPOSITION | OBLIQUE
        if rest.startswith("لل"):
            yield rest[2:], PREPOSITION | OBLIQUE


def _unspaced(text: str, lexicon: Lexicon) -> Iterator[Token]:
    at = unknown = 0
    while at < len(text):
        found = _longest(text, at, lexicon)
        if found is None and _goes_on(text, at):
            at += 1
            continue
        if unknown < at:
            yield Token(unknown, at, fold(text[unknown:at]), name=not text[unknown:at].isdigit())
        if found:
            end, entry = found
            yield Token(at, end, text[at:end], entry.roles & ~NEVER, entry.keys)
        else:
            end = at + 1
            yield Token(at, end, mark=" " if text[at].isspace() else text[at])
        at = unknown = end
    if unknown < at:
        yield Token(unknown, at, fold(text[unknown:at]), name=True)


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
