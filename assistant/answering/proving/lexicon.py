"""`lexicons/claims/` → the words of each language by which a claim is held against an article, one file a language.

  free        words that a claim may add: articles, pronouns, auxiliaries, prepositions that tell nothing by themselves
  say         verbs that only tell that somebody says something
  agents      words before or behind whoever does what a passive verb tells
  joins       conjunctions between two statements
  not         words that make a statement its opposite (`not_within` words hold one and are none); `not_endings` are
              endings that do it, behind two letters at least
  denies      words that may be the opposite of something by themselves
  hedges      words that make a statement less than certain
  ones        the number one where it counts what follows
  which_time  words before a span of time that tell which one it is: last year
  forms       words of one meaning, and forms of one word that share too little to be told as such, / between them
  [units]     what numbers count, by a name that is the same in every language; a name with a 2 is the dual
  [opposites] groups of words of which one excludes the others, by names that are the same in every language

Words stand between spaces, `_` for the space within one, `*` behind a stem that takes any ending.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import regex

from assistant.answering.claim_words import words_of

FOLDER = Path(__file__).parent.parent / "lexicons" / "claims"
LISTS = (
    "free",
    "say",
    "agents",
    "joins",
    "not",
    "not_within",
    "not_endings",
    "denies",
    "hedges",
    "ones",
    "which_time",
    "forms",
)
TABLES = ("units", "opposites")

# Scripts that put no spaces between words: a word is looked for in them wherever it stands.
UNSPACED_LANGUAGES = {"zh", "ja", "th"}

# Groups of opposites whose poles hold words that say the same of anything: rose, increased.
SAME_MEANING = ("gate", "change", "course", "trade", "contest")

# Letters that these languages write onto the beginning of the next word.
PREFIXES = {
    "ar": regex.compile("(?:[وف]?(?:ال|بال|كال|لل|[سبلك])?)"),
    "he": regex.compile("[והבלמשכ]{1,2}"),
}
SHORTEST_BARE = 3  # letters that are left behind a prefix at least

_MARKS = regex.compile(r"[\u064b-\u0652\u0640\u05b0-\u05c7]+")  # vowel signs and the stretching line
_ARABIC_LETTERS = str.maketrans("أإآٱىکی", "اااا" + "يكي")


@dataclass(frozen=True, slots=True)
class WordList:
    """Words to look for: whole ones, stems, and phrases of several words."""

    exact: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    def has(self, forms: Iterable[str]) -> bool:
        """Tells whether one of a word's forms is in the list."""
        return any(form in self.exact or (bool(self.stems) and form.startswith(self.stems)) for form in forms)


@dataclass(frozen=True, slots=True)
class ClaimLexicon:
    """What a language's file says; a language without one has empty lists, and its common words are free."""

    language: str = ""
    free: WordList = field(default_factory=WordList)
    say: WordList = field(default_factory=WordList)
    agents: WordList = field(default_factory=WordList)
    joins: WordList = field(default_factory=WordList)
    negations: WordList = field(default_factory=WordList)
    no_negations: WordList = field(default_factory=WordList)
    negative_endings: WordList = field(default_factory=WordList)
    denials: WordList = field(default_factory=WordList)
    hedges: WordList = field(default_factory=WordList)
    ones: WordList = field(default_factory=WordList)
    which_time: WordList = field(default_factory=WordList)
    forms: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, WordList] = field(default_factory=dict)
    opposites: Mapping[str, Mapping[str, WordList]] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether the language has a file."""
        return bool(self.negations.exact)

    @property
    def unspaced(self) -> bool:
        """Whether the language puts no spaces between words."""
        return self.language in UNSPACED_LANGUAGES


def lexicon_of(language: str) -> ClaimLexicon:
    """Returns a language's lexicon."""
    found = _lexicons().get(language)
    if found is not None:
        return found
    return ClaimLexicon(language, free=WordList(words_of(language).common))


def forms_of(word: str, language: str) -> tuple[str, ...]:
    """Returns a folded word, and what it is without the letters that its language writes onto its beginning."""
    prefix = PREFIXES.get(language)
    if prefix is None:
        return (word,)
    found = [word]
    for length in range(1, 4):
        match = prefix.fullmatch(word[:length])
        if match and len(word) - length >= SHORTEST_BARE:
            found.append(word[length:])
    return tuple(dict.fromkeys(found))


def folded(text: str) -> str:
    """Returns a text, of the same length, with small letters and plain apostrophes, letters of Arabic made one."""
    small = "".join(lower if len(lower := letter.casefold()) == 1 else letter.lower()[:1] for letter in text)
    return small.replace("’", "'").replace("ʼ", "'").translate(_ARABIC_LETTERS)


def without_signs(word: str) -> str:
    """Returns a word without the vowel signs that are written or left out at will."""
    return str(_MARKS.sub("", word))


@cache
def _lexicons() -> Mapping[str, ClaimLexicon]:
    return {file.stem: _load(file) for file in sorted(FOLDER.glob("*.toml"))}


def _load(file: Path) -> ClaimLexicon:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    unknown = table.keys() - {*LISTS, *TABLES}
    if unknown:
        raise ValueError(f"{file.name}: unknown entries {', '.join(sorted(unknown))}; there are {', '.join(LISTS)}")
    forms = [group.split("/") for group in folded(table.get("forms", "")).split()]
    lists = {name: _words(table.get(name, "")) for name in LISTS}
    return ClaimLexicon(
        file.stem,
        free=lists["free"],
        say=lists["say"],
        agents=lists["agents"],
        joins=lists["joins"],
        negations=lists["not"],
        no_negations=lists["not_within"],
        negative_endings=lists["not_endings"],
        denials=lists["denies"],
        hedges=lists["hedges"],
        ones=lists["ones"],
        which_time=lists["which_time"],
        forms={form: group[0] for group in forms for form in group},
        units={name: _words(words) for name, words in table.get("units", {}).items()},
        opposites={
            group: {pole: _words(words) for pole, words in poles.items()}
            for group, poles in table.get("opposites", {}).items()
        },
    )


def _words(words: str) -> WordList:
    all_words = [without_signs(folded(word)) for word in words.split()]
    return WordList(
        frozenset(word for word in all_words if not word.endswith("*") and "_" not in word),
        tuple(word[:-1] for word in all_words if word.endswith("*") and "_" not in word),
        tuple(word.replace("_", " ").rstrip("*") for word in all_words if "_" in word),
    )
