"""Question → the people it may mention; one of them and a speaker's naming → how surely it is that speaker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.answering.speaking.lexicon import (
    ACCORDING,
    ACCORDING_AFTER,
    GROUP,
    TITLE,
    VERB,
    Lexicon,
    load_lexicons,
)
from assistant.answering.speaking.likeness import (
    POINTS,
    SAME,
    STRONG,
    SURNAME,
    Named,
    names_agree,
    offices_alike,
    read_naming,
    without_particles,
    words_alike,
)
from assistant.answering.speaking.naming import PARTICLES, read_phrase
from assistant.answering.speaking.reading import Token, read_tokens
from assistant.answering.speaking.scripts import scripts_of
from assistant.answering.speaking.tokens import fold
from assistant.types import Span

LONGEST_NAME = 4  # words
SHORTEST_NAME = 3  # letters of a single word that may stand for somebody


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a question mentions somebody, and how surely it does, 0 to 1."""

    span: Span
    certainty: float


@dataclass(frozen=True, slots=True)
class _Words:
    names: tuple[tuple[Span, str], ...]
    offices: tuple[tuple[Span, Named], ...]
    unspaced: bool


def asks_for_words(question: str, language: str) -> bool:
    """Whether a question has a verb of saying in it, or an "according to"."""
    lexicons = load_lexicons()
    codes = [language] if language in lexicons else scripts_of(question)[:1]
    return any(_has_saying(question, lexicons[code]) for code in codes if code in lexicons)


def _has_saying(question: str, lexicon: Lexicon) -> bool:
    tokens, _ = read_tokens(question, lexicon)
    if any(token.roles & (VERB | ACCORDING | ACCORDING_AFTER) for token in tokens):
        return True
    verbs = {fold(verb) for verb in lexicon.questions["verbs"]}
    if not lexicon.spaced:
        return any(verb in question for verb in verbs)
    return any(token.word in verbs for token in tokens)


def find_mention(question: str, language: str, name: str) -> Mention | None:
    """Returns where a question mentions the speaker with this naming: by name in any script, else by office."""
    words, named = _read(question, language), read_naming(name)
    if not named.keys and not named.names:
        return None
    if words.unspaced and (at := question.find(name)) >= 0:
        return Mention(Span(at, at + len(name)), SAME)
    return max(
        (*_by_name(words, named), *_by_office(words, named)), key=lambda mention: mention.certainty, default=None
    )


def _by_name(words: _Words, named: Named) -> Iterator[Mention]:
    heads = without_particles(named.names)
    if not heads:
        return
    for start in range(len(words.names)):
        for end in range(start + 1, min(len(words.names), start + LONGEST_NAME) + 1):
            run = words.names[start:end]
            if all(before.end + 2 >= after.start for (before, _), (after, _) in pairwise(run)):
                sure = _agreement([word for _, word in run], named.names, heads)
                if sure:
                    yield Mention(Span(run[0][0].start, run[-1][0].end), sure - 0.001 * (end - start))


def _agreement(words: Sequence[str], names: Sequence[str], heads: Sequence[str]) -> float:
    if words[0] in PARTICLES or words[-1] in PARTICLES:
        return 0.0
    if (len(words) > 1 or len(heads) == 1) and names_agree(words, names):
        return SAME
    if len(words) > 1 or len(words[0]) < SHORTEST_NAME:
        return 0.0
    alike = words_alike(words[0], heads[-1])
    return SURNAME * alike if alike >= STRONG else 0.0


def _by_office(words: _Words, named: Named) -> Iterator[Mention]:
    for span, office in words.offices:
        sure = offices_alike(office, named)
        if sure:
            yield Mention(span, sure * 0.9)


@lru_cache(maxsize=256)
def _read(question: str, language: str) -> _Words:
    lexicons = load_lexicons()
    code = language if language in lexicons else next(iter(scripts_of(question)))
    lexicon = lexicons[code]
    tokens, _ = read_tokens(question, lexicon)
    large = lexicon.cased and any(question[token.start].isupper() for token in tokens[1:])
    names = [
        (Span(start, end), part)
        for token in tokens
        if _may_name(token, question, large)
        for start, end, part in _parts(token, question)
    ]
    return _Words(tuple(names), tuple(_offices(question, tokens, lexicon)), not lexicon.spaced)


def _may_name(token: Token, question: str, large: bool) -> bool:
    if token.mark or question[token.start].isdigit():
        return False
    if large:
        return question[token.start].isupper() or token.word in PARTICLES
    return token.name or not token.roles & ~(TITLE | VERB)


def _parts(token: Token, question: str) -> Iterator[tuple[int, int, str]]:
    start = token.start
    for part in POINTS.split(question[token.start : token.end]):
        if part:
            yield start, start + len(part), part
        start += len(part) + 1


def _offices(question: str, tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[Span, Named]]:
    at = 0
    while at < len(tokens):
        if tokens[at].roles & (TITLE | GROUP):
            phrase = read_phrase(tokens, at, at, len(tokens), lexicon)
            span = Span(phrase.start, phrase.end)
            yield span, read_naming(question[span.start : span.end])
            at = max(at, phrase.last)
        at += 1
