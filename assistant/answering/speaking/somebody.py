"""A question's words for whoever it asks about → whether they name somebody, not a thing or people in general."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from assistant.answering.speaking.entries import DEFINITE, GROUP, THAT, TITLE
from assistant.answering.speaking.lexicon import Lexicon, load_lexicons
from assistant.answering.speaking.quotations import COLONS
from assistant.answering.speaking.reading import Token, read_tokens
from assistant.answering.speaking.scripts import scripts_of
from assistant.answering.speaking.tokens import fold

NOUNS_WRITTEN_LARGE = frozenset({"de"})


def is_somebody(speaker: str, language: str, texts: Iterable[str], *, institutions: bool = True) -> bool:
    """Whether words name somebody who says something or does not: "Velt", "the mayor", not "the fossil".

    Reports and people in general are nobody: articles tell what they say in their own words. `institutions` is whether
    a ministry or a company counts as somebody. `texts` tell what is a name where a question is written small all over.
    """
    lexicons = load_lexicons()
    codes = scripts_of(speaker)
    lexicon = lexicons[language if language in codes else codes[0]]
    tokens, _ = read_tokens(speaker, lexicon)
    if any(token.roles & TITLE for token in tokens):
        return True
    if any(token.roles & GROUP for token in tokens):
        return institutions
    if _is_thing(speaker, tokens, lexicon):
        return False
    words = [token for token in tokens if not (token.roles or token.mark)]
    if lexicon.cased:
        return _is_written_large(speaker, tokens, words, lexicon, texts)
    article = lexicon.article_prefix
    return len(words) > 1 or not article or not all(token.word.startswith(article) for token in words)


def before_words(sentence: str, language: str) -> str:
    """Returns the part of a sentence that may name who says it: all before what is quoted or follows a "that"."""
    lexicons = load_lexicons()
    lexicon = lexicons[language if language in lexicons else scripts_of(sentence)[0]]
    tokens, quotes = read_tokens(sentence, lexicon)
    that = (token.start for token in tokens if token.roles & THAT or token.mark in COLONS)
    end = next(that, len(sentence))
    for quote in quotes:
        sentence = sentence[: quote.start] + " " * (quote.end - quote.start) + sentence[quote.end :]
    return sentence[:end]


def _is_thing(speaker: str, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    things = lexicon.questions["things"]
    if not lexicon.spaced:
        return any(thing in speaker for thing in things)
    named = frozenset(map(fold, things))
    return any(token.word in named or token.word.removeprefix(lexicon.article_prefix) in named for token in tokens)


def _is_written_large(
    speaker: str, tokens: Sequence[Token], words: Sequence[Token], lexicon: Lexicon, texts: Iterable[str]
) -> bool:
    definite = any(token.roles & DEFINITE for token in tokens)
    if any(speaker[token.start].isupper() for token in words):
        return not (definite and lexicon.language in NOUNS_WRITTEN_LARGE)
    if definite or not words:
        return False
    name = speaker[words[-1].start : words[-1].end]
    pattern = regex.compile(rf"\b{regex.escape(name)}", regex.IGNORECASE)
    found = [match.group() for text in texts for match in pattern.finditer(text)]
    return all(word[0].isupper() for word in found) if found else len(words) > 1
