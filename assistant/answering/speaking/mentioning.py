"""Question → the people it may mention; one of them and a speaker's naming → how surely it is that speaker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.answering.speaking.entries import ACCORDING, ACCORDING_AFTER, TITLE, VERB
from assistant.answering.speaking.lexicon import Lexicon, load_lexicons
from assistant.answering.speaking.likeness import (
    CASED,
    OFFICE_WITHOUT_PLACE,
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
from assistant.answering.speaking.tokens import UNSPACED, fold, split_words
from assistant.types import Span

LONGEST_NAME = 4  # words
UNREADABLE = "ja"
NEAR = 20  # characters from a verb of saying to the name of whoever says it
HEARD = 0.4  # one word at least of a name in several sounds this alike
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


def asks_for_words(question: str, language: str, of: Span | None = None) -> bool:
    """Whether a question has a verb of saying in it, or an "according to": near the one whom it mentions, if given."""
    lexicons = load_lexicons()
    codes = [language] if language in lexicons else scripts_of(question)[:1]
    sayings = [place for code in codes if code in lexicons for place in _sayings(question, lexicons[code])]
    return any(of is None or max(of.start - it.end, it.start - of.end) <= NEAR for it in sayings)


def asks_for_anything(question: str, language: str) -> bool:
    """Whether a question that asks for somebody's words has no other verb than "say" in it."""
    lexicons = load_lexicons()
    codes = [language, *scripts_of(question)]
    return any(_has_plain(question, lexicons[code]) for code in dict.fromkeys(codes) if code in lexicons)


def _has_plain(question: str, lexicon: Lexicon) -> bool:
    plain = lexicon.questions["plain"]
    if not lexicon.spaced:
        return any(verb in question for verb in plain)
    words = " " + " ".join(map(fold, split_words(question))) + " "
    return any(f" {' '.join(map(fold, split_words(verb)))} " in words for verb in plain)


def _sayings(question: str, lexicon: Lexicon) -> Iterator[Span]:
    tokens, _ = read_tokens(question, lexicon)
    verbs = {fold(verb) for verb in lexicon.questions["verbs"]}
    for token in tokens:
        if token.roles & (VERB | ACCORDING | ACCORDING_AFTER) or token.word in verbs:
            yield Span(token.start, token.end)
    if not lexicon.spaced:
        yield from (Span(at, at + len(verb)) for verb in verbs if (at := question.find(verb)) >= 0)


def find_mention(question: str, language: str, name: str, spoken: str = "") -> Mention | None:
    """Returns where a question mentions the speaker with this naming: by name in any script, else by office.

    `spoken` is the naming's language, where it is known.
    """
    words, named = _read(question, language), read_naming(name, spoken)
    if not named.keys and not named.names:
        return None
    if words.unspaced and (at := question.find(name)) >= 0:
        return Mention(Span(at, at + len(name)), SAME)
    return max(
        (*_by_name(words, named), *_by_office(words, named)), key=lambda mention: mention.certainty, default=None
    )


def holds_office(asked: str, name: str, around: str, language: str) -> float:
    """Returns how surely a naming means the office that a question asks by, whose place the text around it tells.

    Nor is there another way to find Mayor Kirishima in 霧島市長: how Japanese reads its names nobody can see.
    """
    wanted, named = read_naming(asked), read_naming(name, language)
    places = (*wanted.names, *wanted.others)
    if all(names and CASED.match(names[-1]) for names in (wanted.names, named.names)):  # "Minister Velt" is no place's
        return 0.0
    if not (wanted.keys and places and wanted.keys <= named.keys) or ("deputy" in wanted.keys) != (
        "deputy" in named.keys
    ):
        return 0.0
    if language == UNREADABLE and not any(UNSPACED.search(place) for place in places):
        return OFFICE_WITHOUT_PLACE
    words = split_words(around)
    told = all(any(words_alike(place, word) >= STRONG for word in words) for place in without_particles(places))
    return OFFICE_WITHOUT_PLACE if told else 0.0


def offices_in(text: str, language: str) -> frozenset[str]:
    """Returns the keys of all offices that a text names."""
    return frozenset(key for _, office in _read(text, language).offices for key in office.keys)


def office_alone(name: str, language: str) -> frozenset[str]:
    """Returns the keys of a person's office that stands alone, without a name."""
    lexicons = load_lexicons()
    lexicon = lexicons[language] if language in lexicons else lexicons[scripts_of(name)[0]]
    if not any(token.roles & TITLE for token in read_tokens(name, lexicon)[0]):
        return frozenset()
    named = read_naming(name, language)
    one = named.names[0] if len(named.names) == 1 else ""
    perhaps = (
        bool(one) and not CASED.match(one) and not UNSPACED.match(one)
    )  # the central, in the central bank's governor
    return frozenset() if named.names and not perhaps else named.keys


def _by_name(words: _Words, named: Named) -> Iterator[Mention]:
    heads = without_particles(named.names)
    if not heads:
        return
    for start in range(len(words.names)):
        for end in range(start + 1, min(len(words.names), start + LONGEST_NAME) + 1):
            run = words.names[start:end]
            if not any(words_alike(word, head) >= HEARD for _, word in run for head in heads):
                continue
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
        if tokens[at].roles & TITLE:
            phrase = read_phrase(tokens, at, at, len(tokens), lexicon)
            span = Span(phrase.start, phrase.end)
            yield span, read_naming(question[span.start : span.end])
            at = max(at, phrase.last)
        at += 1
