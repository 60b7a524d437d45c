"""`lexicons/numbers/*.toml` → the number words of each language, one file a language, checked when loaded.

Every entry is one text of words with spaces between; `_` stands for the space within a phrase, `*` for any ending.

    numbers       word=value: words that mean a number and nothing else
    doubtful      word=value: words that mean something else, too (neuf, bin); they count in a claim only beside a
                  counted word or within a longer number, in a source always
    ordinals      word=value: first, second; they count within a longer number (twenty-first), in a source always
    ones          words for one that are articles, too (une); they count beside a counted word or within a longer number
    articles      words that are one only before a scale (a million)
    scales        word=value: what multiplies the number before it; counts alone only if it is a number as well
    perhaps       word=value: short scales that may be something else (42 m: million, metres)
    added         word=value: parts that are added to a number beside them (and a half, buçuk, साढ़े)
    fractions     word=value: fractions that stand alone or before a scale (half a million)
    denominators  word=value: what the number before it is divided by (two thirds)
    nouns         word=value: forms of a noun that tell how many there are (أسبوعين: two weeks)
    joins         words between the parts of one number (and, y, و)
    prefixes      letters that may be written before a number word (Hebrew ב, Arabic ال)
    join_prefix   the letter for "and" that may be (Arabic و)
    counted       words of what is counted beside which doubtful words are numbers: time, money, measures, people
    percent       words for percent
    idioms        phrases in which a number word is no number (no one, außer acht)
    parts, links, tails   what else a compound is made of: more word=value, joins (und), endings (siebenjährig*)

and yes or no: `compounds` (numbers are written in one word), `units_first` (five and thirty), `ten_adds` (ten two: 12),
`ten_last` (two ten: 12), `twenties` (sixty eleven), `counted_first` (the counted word may stand before its number),
`always_joined` (all parts of a number have an "and" between them), `noun_capitals` (a
doubtful word before a capital is a number: acht Ziegen), `unspaced` (no spaces between words).
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import regex

from assistant.errors import PromptError

FOLDER = Path(__file__).parent.parent / "lexicons" / "numbers"

Values = Mapping[str, Fraction]

VALUES = (
    "numbers",
    "doubtful",
    "ordinals",
    "scales",
    "perhaps",
    "added",
    "fractions",
    "denominators",
    "nouns",
    "parts",
)
WORDS = ("ones", "articles", "joins", "counted", "percent", "idioms", "links", "tails", "prefixes")
FLAGS = (
    "compounds",
    "units_first",
    "ten_adds",
    "ten_last",
    "twenties",
    "counted_first",
    "always_joined",
    "noun_capitals",
    "unspaced",
)

LONGEST_PHRASE = 5  # words

# Vowel signs, the Arabic stretching line, the dot that Turkish capitals leave behind and nuktas are left out at will.
_OPTIONAL = regex.compile(r"(?<=[\p{Arabic}\p{Hebrew}])\p{Mn}+|[\u0640\u0307\u093c]")
_LETTERS = str.maketrans("أإآٱىیةۃہکँё’", "ااااييهههكंе'")


@dataclass(frozen=True, slots=True, eq=False)
class NumberWords:
    """The number words of one language, folded; the module tells what each entry is."""

    numbers: Values = field(default_factory=dict)
    doubtful: Values = field(default_factory=dict)
    ordinals: Values = field(default_factory=dict)
    scales: Values = field(default_factory=dict)
    perhaps: Values = field(default_factory=dict)
    added: Values = field(default_factory=dict)
    fractions: Values = field(default_factory=dict)
    denominators: Values = field(default_factory=dict)
    nouns: Values = field(default_factory=dict)
    parts: Values = field(default_factory=dict)
    ones: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()
    percent: frozenset[str] = frozenset()
    idioms: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    tails: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    """The words with which any of the phrases above begins."""
    join_prefix: str = ""
    compounds: bool = False
    units_first: bool = False
    ten_adds: bool = False
    ten_last: bool = False
    twenties: bool = False
    counted_first: bool = False
    always_joined: bool = False
    noun_capitals: bool = False
    unspaced: bool = False


UNKNOWN = NumberWords()
"""The number words of a language without a file: none."""


@cache
def number_words(language: str) -> NumberWords:
    """Returns a language's number words, or `UNKNOWN`. `language` is an ISO 639 code. Raises as `load_number_words`.

    Each file is read when it is first needed: a question should not wait for twenty others.
    """
    return _load(_files()[language]) if language in _files() else UNKNOWN


def load_number_words(folder: Path) -> dict[str, NumberWords]:
    """Returns the number words in a folder by language, which is each file's name.

    Raises `PromptError`, naming file and entry, when a file cannot be used.
    """
    return {file.stem: _load(file) for file in sorted(folder.glob("*.toml"))}


@lru_cache(maxsize=100_000)
def fold_number(word: str) -> str:
    """Returns a word as a lexicon has it: small, without vowel signs, variants of a letter alike."""
    bare: str = _OPTIONAL.sub("", unicodedata.normalize("NFC", word).casefold())
    return bare.translate(_LETTERS)


def in_words(word: str, words: frozenset[str]) -> bool:
    """Tells whether a folded word is one of these, `*` at the end of one standing for any ending."""
    return word in words or any(f"{word[:size]}*" in words for size in range(1, len(word) + 1))


@cache
def _files() -> Mapping[str, Path]:
    return {file.stem: file for file in FOLDER.glob("*.toml")}


def _load(file: Path) -> NumberWords:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:  # a TOMLDecodeError and a UnicodeDecodeError are ValueErrors
        raise PromptError(f"{file} cannot be read as TOML: {problem}. Mend the line it names.") from None
    known = (*VALUES, *WORDS, *FLAGS, "join_prefix")
    for entry, value in entries.items():
        if entry not in known:
            raise PromptError(f"{file} has an entry {entry}, which is none of {', '.join(known)}. Rename or delete it.")
        wanted = bool if entry in FLAGS else str
        if not isinstance(value, wanted):
            example = "true" if entry in FLAGS else '"… …"'
            raise PromptError(f"{file}: {entry} is {value!r}. Write it like: {entry} = {example}")
    values = {entry: _values(file, entry, entries.get(entry, "")) for entry in VALUES}
    words = {entry: frozenset(map(_phrase, entries.get(entry, "").split())) for entry in WORDS}
    flags = {entry: entries.get(entry, False) for entry in FLAGS}
    phrases = {phrase for entry in VALUES if entry != "parts" for phrase in values[entry]}
    heads = phrases | words["ones"] | words["articles"] | words["idioms"] | words["percent"]
    read: dict[str, Any] = {**values, **words, **flags, "join_prefix": fold_number(entries.get("join_prefix", ""))}
    return NumberWords(**read, heads=frozenset(phrase.partition(" ")[0] for phrase in heads))


def _values(file: Path, entry: str, pairs: str) -> dict[str, Fraction]:
    values = {}
    for pair in pairs.split():
        word, _, value = pair.rpartition("=")
        try:
            values[_phrase(word)] = Fraction(value)
        except (ValueError, ZeroDivisionError):
            word = ""
        if not word:
            raise PromptError(f"{file}: {entry} has {pair!r}, which is no word with its value. Write it like: two=2")
    return values


def _phrase(written: str) -> str:
    return " ".join(fold_number(written.replace("_", " ").replace("-", " ").replace("\u200c", " ")).split())
