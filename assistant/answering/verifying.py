"""A draft sentence, the sources it could cite → kept, with the article's words that prove it; or removed, and why.

A claim is held against words that stand together in one article: the evidence sentence, or up to three sentences of
its passage. All that it cites must be like it in meaning, and together hold its quotations, numbers, dates and names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import regex

from assistant.answering.drafting import Draft
from assistant.answering.names import missing_names
from assistant.answering.proving.addresses import has_new_address
from assistant.answering.proving.counting import find_counted
from assistant.answering.proving.crossing import counts_another, is_ordinary, says_all
from assistant.answering.proving.opposing import contradicts
from assistant.answering.proving.speakers import is_said_by_another
from assistant.answering.proving.wording import proves_wording, says_in_any_order
from assistant.answering.sources import Source
from assistant.corpus.languages import detect_language
from assistant.corpus.words import find_words
from assistant.retrieval.likeness import Likeness
from assistant.types import Span

Reason = Literal[
    "kept",
    "empty",
    "no citation",
    "unknown citation",
    "link",
    "markup",
    "language",
    "unsupported",
    "quotation",
    "number",
    "name",
    "speaker",
    "negation",
    "words",
]
"""Why a sentence was kept or removed: `empty` stands for questions and endless sentences too, `number` for dates,
`words` for words that the article lacks."""

REASONS: tuple[Reason, ...] = (*(it for it in get_args(Reason) if it != "kept"), "kept")
"""The reasons in the order of the checks: a later one has passed those before."""

# Standard deviations above unrelated text. Of 30 translations and paraphrases of five sentences of one article, in six
# languages, 29 were above it; other sentences of that article stayed below 5.1, a small model's gibberish below 6.
SUPPORTED = 6.5

LONGEST_PROOF = 3  # sentences

LONGEST_CLAIM = 600  # characters
LETTERS_TO_TELL = 30  # a shorter sentence does not tell its language

_QUESTION = regex.compile(r"[?？؟]\W*$")
_MARKUP = regex.compile(r"</?[a-zA-Z!?]|!\[|\]\(|\]\[|&#|javascript:|data:\w+/", regex.IGNORECASE)
_QUOTATION = regex.compile(
    r"“([^“”]*)(?:”|“|$)|«([^«»]*)(?:»|$)|»([^«»]*)(?:«|$)|„([^„“”]*)(?:“|”|$)|‹([^‹›]*)(?:›|$)|「([^「」]*)(?:」|$)"
    r"|『([^『』]*)(?:』|$)|《([^《》]*)(?:》|$)|(?<!\p{L})\"([^\"]*)(?:\"|$)|(?<!\w)['‘]([^'’‘]{3,}?)['’](?!\w)|(?<!\w)‚([^‘’‚]*)(?:‘|’|$)"
)
_UNOPENED = regex.compile(r"^([^“”„«»「」『』]*)[”」』]")
_ODD_NUMBERS = regex.compile(r"[\p{No}\p{Nl}]")  # superscripts, fractions, circled and Roman numerals
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
    def spans(self) -> tuple[Span, ...]:
        """Where its sentences stand."""
        inside = (span for span in self.source.sentences if self.span.start <= span.start and span.end <= self.span.end)
        return tuple(inside) or (self.span,)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences in it."""
        return tuple(map(self.source.words, self.spans))


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


def verify(draft: Draft, language: str, question: str, sources: Mapping[int, Source], likeness: Likeness) -> Verdict:
    """Returns whether a sentence in this language is proven by the sources it cites, and by which of their words.

    Of the sources it cites, those that do not support it are left out; if none is left, it is removed.
    """
    reason = _form(draft, language, sources)
    if reason != "kept":
        return Verdict(draft, reason)
    cited = [sources[number] for number in draft.numbers]
    elsewhere = [question, *(source.passage for source in sources.values() if source not in cited)]
    proofs: list[Proof] = []
    reasons: list[Reason] = ["unsupported"]
    for source in cited:
        for proof in _supporting(draft.text, source, likeness):
            reasons.append(_check(draft.text, language, proof, elsewhere, likeness))
            if reasons[-1] == "kept":
                proofs.append(proof)
                break
    return Verdict(draft, "kept", tuple(proofs)) if proofs else Verdict(draft, max(reasons, key=REASONS.index))


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
    passages = [source.passage for source in cited]
    if has_new_address(draft.text, passages):
        return "link"
    if any(sign not in passage for sign in _ODD_NUMBERS.findall(draft.text) for passage in passages):
        return "number"
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


def _supporting(claim: str, source: Source, likeness: Likeness) -> list[Proof]:
    """Returns the proofs in a source that are like a claim; the evidence first, then the shortest."""
    evidence = Span(source.evidence.start, source.evidence.end)
    proofs = [Proof(source, span) for span in [evidence, *(span for span in _runs(source) if span != evidence)]]
    return [proof for proof in proofs if likeness(claim, proof.text) >= SUPPORTED]


def _runs(source: Source) -> Iterator[Span]:
    for length in range(1, LONGEST_PROOF + 1):
        for at in range(len(source.sentences) - length + 1):
            yield Span(source.sentences[at].start, source.sentences[at + length - 1].end)


def _check(claim: str, language: str, proof: Proof, elsewhere: Sequence[str], likeness: Likeness) -> Reason:
    article = proof.source.article
    if any(not has_words(words, proof.text) for words in quotations(claim)):
        return "quotation"
    counted = find_counted(proof.text, article.language)
    if any(not any(number.agrees(it) for it in counted) for number in find_counted(claim, language)):
        return "number"
    nearest = _nearest(claim, proof, likeness)
    if _missing(claim, language, proof, elsewhere, likeness):
        return "name"
    if is_said_by_another(claim, language, article, nearest):
        return "speaker"
    if language == article.language:
        return _check_wording(claim, language, proof)
    return _check_crossing(claim, language, proof.source.words(nearest), article.language, likeness)


def _nearest(claim: str, proof: Proof, likeness: Likeness) -> Span:
    """Returns the sentence of a proof that says most of the claim: what it quotes, else what is most like it."""
    quoted = quotations(claim)
    spans = [span for span in proof.spans if any(has_words(words, proof.source.words(span)) for words in quoted)]
    if quoted and not spans:  # a quotation of several sentences
        return proof.span
    return max(spans or proof.spans, key=lambda span: likeness(claim, proof.source.words(span)))


def _missing(claim: str, language: str, proof: Proof, elsewhere: Sequence[str], likeness: Likeness) -> list[str]:
    """Returns the names of a claim that its proof does not hold."""
    article = proof.source.article
    titled = [(proof.text, article.language), (article.title, article.language)]
    missing = missing_names(claim, language, titled, elsewhere, likeness)
    if not missing or language == article.language:
        return missing
    return [name for name in missing if not is_ordinary(name, claim, language, proof.text, likeness)]


def _check_wording(claim: str, language: str, proof: Proof) -> Reason:
    """Checks a claim in the language of its article: its own words must stand there."""
    if quotations(claim):
        outside = _without_quotations(claim)
        return "kept" if says_in_any_order(outside, proof.text, language) else "words"
    if proves_wording(claim, proof.sentences, language, proof.source.article.title):
        return "kept"
    nearest = max(
        proof.sentences,
        key=lambda sentence: len(set(find_words(claim, language)) & set(find_words(sentence, language))),
    )
    return "negation" if contradicts(claim, language, nearest, language) else "words"


def _check_crossing(claim: str, language: str, sentence: str, other: str, likeness: Likeness) -> Reason:
    """Checks a claim in another language: one sentence must have all that it says."""
    if contradicts(claim, language, sentence, other):
        return "negation"
    if counts_another(claim, language, sentence, other, likeness):
        return "number"
    return "kept" if says_all(claim, language, sentence, other, likeness) else "words"


def _without_quotations(claim: str) -> str:
    return str(_QUOTATION.sub(" ", claim))


def _is_unspaced(text: str) -> bool:
    return bool(regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]", text))
