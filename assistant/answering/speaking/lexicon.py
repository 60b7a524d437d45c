"""`lexicons/speech/*.toml` → the words that tell who speaks, one file a language, checked when loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.answering.speaking.entries import GROUP, HE, LISTS, QUESTIONS, SHE, TABLES, TITLE, check
from assistant.answering.speaking.tokens import UNSPACED, fold, split_words
from assistant.errors import PromptError

FOLDER = Path(__file__).parent.parent / "lexicons" / "speech"
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a word or phrase can be, and the common keys of the titles and groups that it names."""

    roles: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How one language tells who speaks.

    `phrases` maps a first word to what may follow it, longest first. `stems` are the titles of a language that
    inflects them, without their last letter. `subject` are the places beside a verb where its subject stands.
    """

    language: str
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], Entry]]]
    stems: Mapping[str, Entry]
    subject: tuple[str, ...]
    cased: bool
    spaced: bool
    drops_subject: bool
    verb_last: bool
    owner_first: bool
    inflects: bool
    adjectives_after: bool
    incises: bool
    compounds: bool
    conjunction_prefixes: str
    preposition_prefixes: str
    article_prefix: str
    that_prefix: str
    she_ends: tuple[str, ...]
    he_ends: tuple[str, ...]
    her_title_ends: tuple[str, ...]
    marker_endings: tuple[str, ...]
    according_endings: tuple[str, ...]
    that_endings: tuple[str, ...]
    plural_ends: tuple[str, ...]
    participle_ends: tuple[str, ...]
    negations: frozenset[str]
    sayings: tuple[str, ...]
    object_verbs: frozenset[str]
    quoting_verbs: frozenset[str]
    accordings: tuple[tuple[str, ...], tuple[str, ...]]
    markers: tuple[str, ...]
    reported: frozenset[str]
    questions: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=8)
def load_lexicons(folder: Path = FOLDER) -> Mapping[str, Lexicon]:
    """Returns the lexicons in a folder by language, read once.

    Raises `PromptError`, naming file and entry, when a file cannot be used, or when English is missing.
    """
    lexicons = {file.stem: _load(file) for file in sorted(folder.glob("*.toml"))}
    if FALLBACK_LANGUAGE not in lexicons:
        raise PromptError(
            f"{folder} has no {FALLBACK_LANGUAGE}.toml, which stands in for every language without a file. "
            "Put it back, or reinstall the package."
        )
    return lexicons


def _load(file: Path) -> Lexicon:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:  # a TOMLDecodeError and a UnicodeDecodeError are ValueErrors
        raise PromptError(f"{file} cannot be read as TOML: {problem}. Mend the line it names.") from None
    check(file, entries)
    words = {name: entries.get(name, []) for name in LISTS}
    spaced = not UNSPACED.search("".join(words["say"]))
    found: dict[tuple[str, ...], Entry] = {}
    prefix = entries.get("article_prefix", "")
    neutral = not words["she"]  # where one word is "he" and "she", it tells no gender
    for name, role in LISTS.items():
        for phrase in words[name]:
            _add(found, _key(phrase, spaced, prefix), role | (SHE if neutral and role & HE else 0), ())
    for table, role in TABLES.items():
        for key, phrases in entries.get(table, {}).items():
            for phrase in phrases:
                _add(found, _key(phrase, spaced, prefix), role, tuple(key.split("_")))
    return Lexicon(
        file.stem,
        _by_first_word(found) if spaced else _by_first_letter(found),
        _stems(found) if entries.get("inflects") else {},
        tuple(entries["subject"]),
        cased=any(letter.upper() != letter for letter in "".join(words["say"])),
        spaced=spaced,
        drops_subject=bool(entries.get("drops_subject")),
        verb_last=bool(entries.get("verb_last")),
        owner_first=bool(entries.get("owner_first")),
        inflects=bool(entries.get("inflects")),
        adjectives_after=bool(entries.get("adjectives_after")),
        incises=bool(entries.get("incises")),
        compounds=bool(entries.get("compounds")),
        conjunction_prefixes=fold(entries.get("conjunction_prefixes", "")),
        preposition_prefixes=fold(entries.get("preposition_prefixes", "")),
        article_prefix=fold(prefix),
        that_prefix=fold(entries.get("that_prefix", "")),
        she_ends=tuple(map(fold, entries.get("she_ends", []))),
        he_ends=tuple(map(fold, entries.get("he_ends", []))),
        her_title_ends=tuple(map(fold, entries.get("her_title_ends", []))),
        marker_endings=tuple(entries.get("marker_endings", [])),
        according_endings=tuple(entries.get("according_endings", [])),
        that_endings=tuple(entries.get("that_endings", [])),
        plural_ends=tuple(map(fold, entries.get("plural_ends", []))),
        participle_ends=tuple(map(fold, entries.get("participle_ends", []))),
        negations=frozenset(map(fold, entries.get("negations", []))),
        markers=tuple(map(fold, words["marker"])),
        reported=frozenset(map(fold, entries.get("reported", []))),
        accordings=(tuple(words["according"]), tuple(words["according_after"])),
        quoting_verbs=frozenset(map(fold, entries.get("quoting_verbs", []))),
        object_verbs=frozenset(map(fold, entries.get("object_verbs", []))),
        sayings=(*words["say"], *words["claim"]),
        questions={name: tuple(entries.get("questions", {}).get(name, ())) for name in QUESTIONS},
    )


def _key(phrase: str, spaced: bool, article: str) -> tuple[str, ...]:
    if not spaced:
        return (fold(phrase),)
    return tuple(without_article(fold(word), fold(article)) for word in split_words(phrase))


def without_article(word: str, article: str) -> str:
    """Returns a folded word without the article that its language writes together with it."""
    return word[len(article) :] if article and word.startswith(article) and len(word) > len(article) + 2 else word


def _add(found: dict[tuple[str, ...], Entry], key: tuple[str, ...], role: int, keys: tuple[str, ...]) -> None:
    before = found.get(key, Entry(0))
    found[key] = Entry(before.roles | role, tuple(dict.fromkeys(before.keys + keys)))


def _by_first_word(found: Mapping[tuple[str, ...], Entry]) -> dict[str, list[tuple[tuple[str, ...], Entry]]]:
    phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for key, entry in found.items():
        if key:
            phrases.setdefault(key[0], []).append((key[1:], entry))
    for rest in phrases.values():
        rest.sort(key=lambda phrase: -len(phrase[0]))
    return phrases


def _by_first_letter(found: Mapping[tuple[str, ...], Entry]) -> dict[str, list[tuple[tuple[str, ...], Entry]]]:
    phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for key, entry in found.items():
        phrases.setdefault(key[0][0], []).append((key, entry))
    for those in phrases.values():
        those.sort(key=lambda phrase: -len(phrase[0][0]))
    return phrases


def _stems(found: Mapping[tuple[str, ...], Entry]) -> dict[str, Entry]:
    titles = {key[0]: entry for key, entry in found.items() if len(key) == 1 and entry.roles in (TITLE, GROUP)}
    return {word[:-1]: entry for word, entry in titles.items() if len(word) >= 5}
