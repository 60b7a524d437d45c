"""Words and written numbers in reading order → what stands at each place: a part of a number, an "and", an idiom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import regex

from assistant.answering.numbers.adding import Part
from assistant.answering.numbers.compounds import compound_of
from assistant.answering.numbers.lexicon import LONGEST_PHRASE, NumberWords, in_words
from assistant.answering.numbers.tokens import Token

Certainty = Literal["sure", "doubtful", "one", "article", "ordinal"]

_GAP = regex.compile(r"[\s\u00ad\-\u2010\u2011\u200c'’]{0,3}")


@dataclass(frozen=True, slots=True)
class Piece:
    """What `size` words say: parts of a number, each with whether an "and" is written to it."""

    size: int
    parts: tuple[tuple[Part, bool], ...]
    certainty: Certainty = "sure"


class Parts:
    """Looks up what stands at a place among the tokens of a text."""

    def __init__(self, text: str, tokens: Sequence[Token], words: NumberWords) -> None:
        self.text = text
        self.tokens = tokens
        self.words = words

    def may_begin(self, at: int) -> bool:
        """Tells whether a number, or a phrase that looks like one, may begin here; most words are none."""
        token, words = self.tokens[at], self.words
        if token.values is not None or any(form in words.heads for form, _ in self._forms(token.word)):
            return True
        written = self.text[token.start : token.end]
        return (words.compounds and compound_of(token.word, words) != ()) or (written.isupper() and written.isascii())

    def adjacent(self, at: int) -> bool:
        """Tells whether nothing but a space or hyphen stands between this token and the one before."""
        if not 0 < at < len(self.tokens):
            return False
        return bool(_GAP.fullmatch(self.text, self.tokens[at - 1].end, self.tokens[at].start))

    def size_of(self, at: int, phrases: Collection[str]) -> int:
        """Returns how many words here are one of these phrases, the longest; or 0."""
        return next((size for size, phrase, _ in self._phrases(at) if phrase in phrases), 0)

    def noun(self, at: int) -> tuple[int, Fraction] | None:
        """Returns how many words here are a noun that tells how many there are, and how many."""
        nouns = self.words.nouns
        return next(((size, nouns[phrase]) for size, phrase, _ in self._phrases(at) if phrase in nouns), None)

    def joins(self, at: int) -> bool:
        """Tells whether an "and" between parts of a number stands here, close to the word before."""
        return self.adjacent(at) and self.tokens[at].word in self.words.joins

    def is_scale(self, at: int) -> bool:
        """Tells whether a thousand, a million … stands here, close to the word before."""
        return self.adjacent(at) and self.size_of(at, self.words.scales) > 0

    def is_counted(self, at: int) -> bool:
        """Tells whether a word stands here that is often counted: a time, a measure, money, people."""
        forms = (phrase for size, phrase, _ in self._phrases(at) if size == 1)
        return any(in_words(form, self.words.counted) for form in forms)

    def has_capital(self, at: int) -> bool:
        """Tells whether a word with a capital stands here, close to the word before."""
        return self.adjacent(at) and self.text[self.tokens[at].start].isupper()

    def piece(self, at: int, begun: bool) -> Piece | None:
        """Returns the part of a number that stands here; `begun` tells whether a part stands before it."""
        if self.size_of(at, self.words.idioms):
            return None
        for size, phrase, joined in self._phrases(at):
            found = self._part(phrase, begun)
            if found is not None:
                return Piece(size, ((found[0], joined),), found[1])
        for word, joined in self._forms(self.tokens[at].word):
            compound = compound_of(word, self.words)
            if compound:
                (first, _), *rest = compound
                return Piece(1, ((first, joined), *rest))
        return None

    def _part(self, phrase: str, begun: bool) -> tuple[Part, Certainty] | None:
        words = self.words
        doubtful = phrase in words.doubtful
        alone = doubtful or phrase in words.numbers
        if phrase in words.scales and (begun or alone):
            return Part("scale", words.scales[phrase], alone=alone), "doubtful" if doubtful else "sure"
        if begun and phrase in words.denominators:
            return Part("denominator", words.denominators[phrase]), "sure"
        if not begun and phrase in words.fractions:
            return Part("fraction", words.fractions[phrase]), "sure"
        if phrase in words.added:
            return Part("added", words.added[phrase]), "sure"
        if alone:
            value = words.doubtful[phrase] if doubtful else words.numbers[phrase]
            return Part("number", value), "doubtful" if doubtful else "sure"
        if phrase in words.ordinals:
            return Part("number", words.ordinals[phrase]), "ordinal"
        if phrase in words.ones:
            return Part("number", Fraction(1)), "one"
        return (Part("number", Fraction(1)), "article") if phrase in words.articles and not begun else None

    def _phrases(self, at: int) -> Iterator[tuple[int, str, bool]]:
        """Yields the phrases that begin here, the longest first, with and without what may be written before them."""
        if self.tokens[at].values is not None:
            return
        forms = list(self._forms(self.tokens[at].word))
        following = []
        if any(form in self.words.heads for form, _ in forms):
            for behind in range(at + 1, min(at + LONGEST_PHRASE, len(self.tokens))):
                if not self.adjacent(behind) or self.tokens[behind].values is not None:
                    break
                following.append(self.tokens[behind].word)
        for size in range(len(following), -1, -1):
            for form, joined in forms:
                yield size + 1, " ".join([form, *following[:size]]), joined

    def _forms(self, word: str) -> Iterator[tuple[str, bool]]:
        """Yields a word as it is, and without an "and" or a preposition written to it."""
        yield word, False
        bare = word.removeprefix(self.words.join_prefix)
        if bare and bare != word:
            yield bare, True
        for stem, joined in ((word, False), (bare, True)):
            if joined and bare == word:
                continue
            for prefix in self.words.prefixes:
                if len(stem) > len(prefix) + 1 and stem.startswith(prefix):
                    yield stem.removeprefix(prefix), joined
