"""Question → whose words it asks for, and about what; nothing when it asks for no one's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from assistant.answering.speaking.lexicon import GROUP, JOINER, TITLE, Lexicon, load_lexicons
from assistant.answering.speaking.naming import read_phrase
from assistant.answering.speaking.reading import read_tokens
from assistant.answering.speaking.scripts import scripts_of
from assistant.errors import PromptError

LONGEST_SPEAKER = 80  # characters
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
        if speaker and len(speaker) <= LONGEST_SPEAKER:
            if not about:
                return _parted(speaker, lexicon)
            return _whole_name(match, lexicon) if _adjoin(match) else Asked(speaker, about, False)
    return None


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
        if token.roles & (TITLE | GROUP):
            break
        if token.roles & JOINER and at and at + 1 < len(tokens) and lexicon.spaced:
            if all(before.name or before.mark for before in tokens[:at]) and not tokens[at + 1].name:
                return Asked(speaker[: token.start].strip(ENDS), speaker[token.end :].strip(ENDS), False)
            break
    return Asked(speaker, "", False)


@cache
def _patterns(language: str) -> tuple[tuple[bool, regex.Pattern[str]], ...]:
    lexicon = load_lexicons()[language]
    return tuple(_compiled(lexicon))


def _compiled(lexicon: Lexicon) -> Iterator[tuple[bool, regex.Pattern[str]]]:
    joiners = {first for first, those in lexicon.phrases.items() if any(it.roles & JOINER for _, it in those)}
    say = _choice(lexicon.questions["verbs"])
    on = _choice(word for word in lexicon.questions["about"] if word.casefold() not in joiners)
    for kind in ("who", "what"):
        for template in lexicon.questions[kind]:
            pattern = template.replace(" ?", r"\s*").replace(" ", r"\s+")
            pattern = pattern.replace("{say}", say).replace("{on}", on)
            pattern = pattern.replace("{speaker}", "(?P<speaker>.+?)").replace("{about}", "(?P<about>.+)")
            try:
                yield kind == "who", regex.compile(pattern, regex.IGNORECASE)
            except regex.error as problem:
                raise PromptError(
                    f"{lexicon.language}.toml: the question {template!r} cannot be read: {problem}. Pair its brackets."
                ) from None


def _choice(words: Iterator[str] | tuple[str, ...]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(regex.escape(word).replace("\\ ", r"\s+") for word in ordered) + ")" if ordered else "(?!)"
