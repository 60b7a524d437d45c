"""A draft sentence, the sources it could cite → kept, with the article's words that prove it; or removed, and why.

A claim is held against words that stand together in one article: the evidence sentence, or up to three sentences of
its passage. All that it cites must be like it in meaning, and together hold its quotations, numbers, dates and names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import regex

from assistant.answering.claim_words import words_of
from assistant.answering.drafting import Draft
from assistant.answering.figures import figures_said, find_figures
from assistant.answering.names import Similarity, missing_names
from assistant.answering.sources import Source
from assistant.corpus.languages import detect_language
from assistant.corpus.words import find_words
from assistant.types import Span

Reason = Literal[
    "kept",
    "empty",
    "no citation",
    "unknown citation",
    "link",
    "markup",
    "language",
    "quotation",
    "number",
    "name",
    "negation",
    "words",
    "unsupported",
]
"""Why a sentence was kept or removed: `empty` stands for questions and endless sentences too, `number` for dates,
`words` for words of the same language."""

# Standard deviations above unrelated text. Of 30 translations and paraphrases of five sentences of one article, in six
# languages, 29 were above it; other sentences of that article stayed below 5.1, a small model's gibberish below 6.
SUPPORTED = 6.5

# Which share of a claim's words a source of the same language must say.
WORDS_SHARED = 0.5

LONGEST_PROOF = 3  # sentences
MOST_PROOFS = 200  # combinations of proofs to try, when several sources are cited

LONGEST_CLAIM = 600  # characters
LETTERS_TO_TELL = 30  # a shorter sentence does not tell its language

_LINK = regex.compile(
    r"(?i)\b[a-z][a-z0-9+.-]{1,15}://\S+|\bwww\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|io|example|test)\b\S*"
)
_QUESTION = regex.compile(r"[?？؟]\W*$")
_MARKUP = regex.compile(r"</?[a-zA-Z!?]|!\[|\]\(|\]\[|&#|javascript:|data:\w+/", regex.IGNORECASE)
_QUOTATION = regex.compile(
    r"“([^“”]*)(?:”|“|$)|«([^«»]*)(?:»|$)|»([^«»]*)(?:«|$)|„([^„“”]*)(?:“|”|$)|‹([^‹›]*)(?:›|$)|「([^「」]*)(?:」|$)"
    r"|『([^『』]*)(?:』|$)|《([^《》]*)(?:》|$)|(?<!\p{L})\"([^\"]*)(?:\"|$)|(?<!\w)['‘]([^'’‘]{3,}?)['’](?!\w)|(?<!\w)‚([^‘’‚]*)(?:‘|’|$)"
)
_UNOPENED = regex.compile(r"^([^“”„«»「」『』]*)[”」』]")
_WORDS = regex.compile(r"[\p{L}\p{M}\p{N}]+")


@dataclass(frozen=True, slots=True)
class Proof:
    """The words of an article that prove a claim: one sentence of a source's passage, or a few in a row."""

    source: Source
    span: Span

    @property
    def text(self) -> str:
        """The words, exactly as the article has them."""
        return self.source.words(self.span)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences in it."""
        spans = (span for span in self.source.sentences if self.span.start <= span.start and span.end <= self.span.end)
        return tuple(map(self.source.words, spans))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a draft sentence; only a kept one has proofs."""

    draft: Draft
    reason: Reason
    proofs: tuple[Proof, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether the sentence may be shown."""
        return self.reason == "kept"


def verify(
    draft: Draft, language: str, question: str, sources: Mapping[int, Source], similarity: Similarity
) -> Verdict:
    """Returns whether a sentence in this language is proven by the sources it cites, and by which of their words.

    Of the sources it cites, those that do not support it are left out; if none is left, it is removed.
    """
    reason = _form(draft, language, sources)
    if reason != "kept":
        return Verdict(draft, reason)
    cited = [sources[number] for number in draft.numbers]
    supporting = [proofs for source in cited if (proofs := _supporting(draft.text, source, similarity))]
    if not supporting:
        return Verdict(draft, "unsupported")
    elsewhere = [question, *(source.passage for source in sources.values() if source not in cited)]
    last: Reason = "unsupported"
    for count, chosen in enumerate(_combinations(supporting)):
        last = _check(draft.text, language, chosen, elsewhere, similarity)
        if last == "kept" or count == MOST_PROOFS:
            return Verdict(draft, last, chosen if last == "kept" else ())
    return Verdict(draft, last)


def quotations(text: str) -> list[str]:
    """Returns what stands between quotation marks of any kind, also where one of the two is missing."""
    found = [next(group for group in match.groups() if group is not None) for match in _QUOTATION.finditer(text)]
    return [*found, *_UNOPENED.findall(text)]


def has_words(quotation: str, text: str) -> bool:
    """Tells whether a text has these words in this order, whatever marks and spaces stand between."""
    wanted, there = (" ".join(_WORDS.findall(words.casefold())) for words in (quotation, text))
    return f" {wanted} " in f" {there} " or (_is_unspaced(wanted) and wanted.replace(" ", "") in there.replace(" ", ""))


def _form(draft: Draft, language: str, sources: Mapping[int, Source]) -> Reason:
    """Returns what is wrong with a sentence before its sources are read."""
    if not any(map(str.isalpha, draft.text)) or len(draft.text) > LONGEST_CLAIM or _QUESTION.search(draft.text):
        return "empty"
    if not draft.numbers:
        return "no citation"
    if any(number not in sources for number in draft.numbers):
        return "unknown citation"
    if _MARKUP.search(draft.text):
        return "markup"
    cited = [sources[number] for number in draft.numbers]
    if any(not any(link in source.passage for source in cited) for link in _LINK.findall(draft.text)):
        return "link"
    if _is_copied(draft.text, language, cited):
        return "language"
    return "kept"


def _is_copied(text: str, language: str, cited: Sequence[Source]) -> bool:
    """Tells whether a sentence is in its source's language where the answer has another."""
    others = [source for source in cited if source.article.language != language]
    if any(has_words(text, source.passage) for source in others):
        return True
    languages = {source.article.language for source in others}
    tells = sum(map(str.isalpha, text)) >= LETTERS_TO_TELL
    return bool(languages) and tells and detect_language(text, [language]) in languages


def _supporting(claim: str, source: Source, similarity: Similarity) -> list[Proof]:
    """Returns the proofs in a source that are like a claim; the evidence first, then the shortest."""
    evidence = Span(source.evidence.start, source.evidence.end)
    proofs = [Proof(source, span) for span in [evidence, *(span for span in _runs(source) if span != evidence)]]
    return [proof for proof in proofs if similarity(claim, proof.text) >= SUPPORTED]


def _runs(source: Source) -> Iterator[Span]:
    for length in range(1, LONGEST_PROOF + 1):
        for at in range(len(source.sentences) - length + 1):
            yield Span(source.sentences[at].start, source.sentences[at + length - 1].end)


def _combinations(supporting: Sequence[Sequence[Proof]]) -> Iterator[tuple[Proof, ...]]:
    """Yields one proof of each source, the ones preferred first."""
    ranked = product(*(enumerate(proofs) for proofs in supporting))
    if len(supporting) > 2:  # too many to rank
        yield from (tuple(proof for _, proof in chosen) for chosen in ranked)
        return
    for chosen in sorted(ranked, key=lambda chosen: sum(rank for rank, _ in chosen)):
        yield tuple(proof for _, proof in chosen)


def _check(
    claim: str, language: str, proofs: Sequence[Proof], elsewhere: Sequence[str], similarity: Similarity
) -> Reason:
    texts = [(proof.text, proof.source.article.language) for proof in proofs]
    titled = [*texts, *((proof.source.article.title, proof.source.article.language) for proof in proofs)]
    if any(not any(has_words(words, text) for text, _ in texts) for words in quotations(claim)):
        return "quotation"
    said = {reading for text, other in texts for reading in figures_said(text, other)}
    if any(not figure & said for figure in find_figures(claim, language)):
        return "number"
    if missing_names(claim, language, titled, elsewhere, similarity):
        return "name"
    if any(_contradicts(claim, language, proof, similarity) for proof in proofs):
        return "negation"
    if not _shares_words(claim, language, titled):
        return "words"
    return "kept"


def _contradicts(claim: str, language: str, proof: Proof, similarity: Similarity) -> bool:
    """Tells whether a claim says "not" and the sentence most like it does not, or the other way round; where both
    languages' words for it are known.
    """
    one, two = words_of(language), words_of(proof.source.article.language)
    if not one.negations or not two.negations:
        return False
    nearest = max(proof.sentences, key=lambda sentence: similarity(claim, sentence))
    mine, theirs = _plain(claim), _plain(nearest)
    if mine & one.denials or theirs & two.denials:
        return False
    return bool(mine & one.negations) != bool(theirs & two.negations)


def _plain(text: str) -> frozenset[str]:
    folded = text.casefold().replace("’", "'")
    return frozenset(_WORDS.findall(folded)) | frozenset(regex.findall(r"[\p{L}\p{M}']+", folded))


def _shares_words(claim: str, language: str, texts: Sequence[tuple[str, str]]) -> bool:
    own = [text for text, other in texts if other == language]
    if len(own) < len(texts):
        return True
    wanted = set(find_words(claim, language)) - words_of(language).common
    said = {word for text in own for word in find_words(text, language)}
    return len(wanted & said) >= WORDS_SHARED * len(wanted)


def _is_unspaced(text: str) -> bool:
    return bool(regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]", text))
