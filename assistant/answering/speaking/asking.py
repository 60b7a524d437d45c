"""Question → whose words it asks for, and about what; nothing when it asks for no one's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import regex

from assistant.answering.speaking.entries import GROUP, HONORIFIC, JOINER, TITLE
from assistant.answering.speaking.lexicon import Lexicon, load_lexicons
from assistant.answering.speaking.naming import PARTICLES, read_phrase
from assistant.answering.speaking.reading import Token, read_tokens
from assistant.answering.speaking.scripts import scripts_of
from assistant.errors import PromptError

MOST_WORDS = 7  # that name somebody
LONGEST_UNSPACED = 14  # characters
LONGEST_ASKED = 400  # characters of a question that are looked at

ENDS = " \t?？؟!.。،,，:：«»“”\"'„;"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks to be told.

    `speaker` are its words for whoever it asks about, empty when it does not ask what somebody said; `about` the rest
    of what it asks, empty when that is all; `who` is whether it asks who said something.
    """

    speaker: str
    about: str
    who: bool


NOBODY = Asked("", "", False)


def read_asked(question: str, language: str) -> Asked:
    """Returns whose words a question asks for. `language` is a guess: the others of its script are tried as well."""
    lexicons = load_lexicons()
    asked = question.strip(ENDS + "¿¡")[:LONGEST_ASKED]
    codes = dict.fromkeys([language, *scripts_of(asked)])
    for code in codes:
        if code in lexicons:
            found = _read(asked, lexicons[code])
            if found:
                return found
    return NOBODY


def read_according(question: str, language: str) -> Asked:
    """Returns according to whom a question asks something, as far as words can tell: it may be a law or a map."""
    lexicons = load_lexicons()
    asked = question.strip(ENDS + "¿¡")[:LONGEST_ASKED]
    for code in dict.fromkeys([language, *scripts_of(asked)]):
        for pattern in _according(code) if code in lexicons else ():
            match = pattern.fullmatch(asked)
            if match:
                return Asked(match["speaker"].strip(ENDS), match["about"].strip(ENDS), False)
    return NOBODY


def _read(question: str, lexicon: Lexicon) -> Asked | None:
    for who, pattern in _patterns(lexicon.language):
        match = pattern.fullmatch(question)
        if not match:
            continue
        groups = match.groupdict()
        speaker = (groups.get("speaker") or "").strip(ENDS)
        about = (groups.get("about") or "").strip(ENDS)
        if who:
            return Asked("", about, True)
        if speaker and _may_be_called(speaker, lexicon):
            if not about:
                return _parted(speaker, lexicon)
            return _whole_name(match, lexicon) if _adjoin(match) else Asked(speaker, about, False)
    return None


def _may_be_called(speaker: str, lexicon: Lexicon) -> bool:
    """Whether so few words may name somebody, and do not ask anything themselves."""
    return len(speaker.split()) <= MOST_WORDS if lexicon.spaced else len(speaker) <= LONGEST_UNSPACED


def _adjoin(match: regex.Match[str]) -> bool:
    between: str = match.string[match.end("speaker") : match.start("about")]
    return match.start("about") > match.end("speaker") and not between.strip(" ,،")


def _whole_name(match: regex.Match[str], lexicon: Lexicon) -> Asked:
    """Where nothing parts the name from the matter ("Anna Velt köprü hakkında ne dedi?"), the name is read whole."""
    words = match.string[match.start("speaker") : match.end("about")]
    tokens, _ = read_tokens(words, lexicon)
    end = match.end("speaker") - match.start("speaker")
    head = next((at for at, token in enumerate(tokens) if token.name or token.roles & (TITLE | GROUP)), None)
    if head is not None and (lexicon.cased or tokens[head].roles & (TITLE | GROUP)):
        end = max(end, min(read_phrase(tokens, head, 0, len(tokens), lexicon).end, len(words)))
    return Asked(words[:end].strip(ENDS), words[end:].strip(ENDS), False)


def _parted(speaker: str, lexicon: Lexicon) -> Asked:
    """Parts "Velt of the bridge" but not "the mayor of Velmora"."""
    tokens, _ = read_tokens(speaker, lexicon)
    for at, token in enumerate(tokens):
        if at > 1 and lexicon.cased and _goes_on(tokens, at):  # "Anna Velt avoir répété …"
            return Asked(speaker[: token.start].strip(ENDS), speaker[token.start :].strip(ENDS), False)
        if token.roles & (TITLE | GROUP):
            break
        if token.roles & JOINER and at and at + 1 < len(tokens) and lexicon.spaced:
            if all(before.name or before.mark for before in tokens[:at]) and not tokens[at + 1].name:
                return Asked(speaker[: token.start].strip(ENDS), speaker[token.end :].strip(ENDS), False)
            break
    return Asked(speaker, "", False)


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word behind a name of two words is no part of it."""
    small = not (tokens[at].name or tokens[at].mark or tokens[at].roles & (JOINER | TITLE | GROUP | HONORIFIC))
    return small and tokens[at].word not in PARTICLES and tokens[at - 1].name and tokens[at - 2].name


@cache
def _patterns(language: str) -> tuple[tuple[bool, regex.Pattern[str]], ...]:
    lexicon = load_lexicons()[language]
    return tuple(_compiled(lexicon))


def _compiled(lexicon: Lexicon) -> Iterator[tuple[bool, regex.Pattern[str]]]:
    joiners = {first for first, those in lexicon.phrases.items() if any(it.roles & JOINER for _, it in those)}
    say = _choice(lexicon.questions["verbs"])
    any_ = _choice(lexicon.sayings)
    on = _choice(word for word in lexicon.questions["about"] if word.casefold() not in joiners)
    whole = lexicon.spaced and not lexicon.marker_endings
    edge = r"(?![\p{L}\p{M}\p{N}])" if whole else ""  # a name ends where a word does
    start = r"(?<![\p{L}\p{M}\p{N}])" if whole and not lexicon.preposition_prefixes else ""
    for kind in ("who", "what"):
        for template in lexicon.questions[kind]:
            pattern = template.replace(" ?", r"\s*").replace(" ", r"\s+")
            pattern = pattern.replace("{say}", say).replace("{on}", on).replace("{any}", any_)
            pattern = pattern.replace("{speaker}", f"(?P<speaker>.+?){edge}").replace(
                "{about}", f"{start}(?P<about>.+)"
            )
            try:
                yield kind == "who", regex.compile(pattern, regex.IGNORECASE)
            except regex.error as problem:
                raise PromptError(
                    f"{lexicon.language}.toml: the question {template!r} cannot be read: {problem}. Pair its brackets."
                ) from None


@cache
def _according(language: str) -> tuple[regex.Pattern[str], ...]:
    before, after = (_choice(words) for words in load_lexicons()[language].accordings)
    space = r"\s+" if load_lexicons()[language].spaced else r"\s*"
    patterns = (
        rf"(?P<about>.+)[,،，]?{space}{before}{space}(?P<speaker>.+)",
        rf"{before}{space}(?P<speaker>.+?)[,،，]\s*(?P<about>.+)",
        rf"(?P<about>.+)[,،，]\s*(?P<speaker>.+?){space}{after}",
        rf"(?P<speaker>.+?){space}{after}[,،，]?{space}(?P<about>.+)",
    )
    return tuple(regex.compile(pattern, regex.IGNORECASE) for pattern in patterns)


def _choice(words: Iterable[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(regex.escape(word).replace("\\ ", r"\s+") for word in ordered) + ")" if ordered else "(?!)"
