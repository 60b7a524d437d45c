"""`lexicons/conversation/*.toml` → the words that steer a conversation, one file a language, checked when loaded."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import regex

from assistant.errors import PromptError

FOLDER = Path(__file__).parent / "lexicons" / "conversation"

Kind = Literal[
    "question",
    "who",
    "subject",
    "pronoun",
    "pointer",
    "speech",
    "about",
    "of",
    "article",
    "verb",
    "opening",
    "small",
    "content",
]
"""What a word does: it asks (`who`: for somebody), stands for somebody (`subject`: a name can take its place;
`pronoun`: it cannot), points at what was said, tells that somebody speaks, leads to what is spoken of, joins two nouns,
makes a sentence (`verb`), opens or closes a follow-up, or bears what the question is about (`content`).
"""

Agreement = Literal["nothing", "number", "participles", "gender"]

KINDS: dict[str, Kind] = {
    "question_words": "question",
    "who": "who",
    "subjects": "subject",
    "pronouns": "pronoun",
    "pointers": "pointer",
    "speech": "speech",
    "about": "about",
    "of": "of",
    "articles": "article",
    "verbs": "verb",
    "small": "small",
}
EDGES = (
    "openings",
    "closings",
    "attached_openings",
    "attached_closings",
    "whole",
    "attached_articles",
    "things",
    "plurals",
    "more",
)
SWITCHES = ("about_follows", "drops_subjects", "nouns_capitalised")
AGREEMENTS: tuple[Agreement, ...] = get_args(Agreement)
QUESTION_MARKS = "?؟？;"
NEEDED = ("openings", "question_words")

# Letters of scripts that put no spaces between words are read one by one, with their marks.
_PIECE = regex.compile(
    r"(?P<letter>[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*)"
    r"|(?:(?![\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])[\p{L}\p{M}\p{N}\u200c\u0640])+"
)
# Vowel signs, the Arabic stretching line and joiners are written or left out at will.
_OPTIONAL = regex.compile(r"(?<=[\p{Arabic}\p{Hebrew}])\p{Mn}+|[\u0640\u200c\u0307]")
_ARABIC_LETTERS = str.maketrans("أإآٱىةکی", "اااايهكي")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that steer a conversation in one language; phrases are folded, their words joined by spaces."""

    language: str
    kinds: Mapping[str, Kind]
    edges: Mapping[str, frozenset[str]]
    about_follows: bool = False
    """Whether "about" stands behind what is spoken of (gaz hakkında), not before it (about gas)."""
    drops_subjects: bool = False
    """Whether a question can leave out who it asks about (¿qué dijo?)."""
    nouns_capitalised: bool = False
    """Whether a capital letter does not tell a name from another noun (German)."""
    agreement: Agreement = "gender"
    """What in a question agrees with its subject, so that another cannot take its place: `nothing`; the verb in
    `number`; also `participles` in gender; or every verb in `gender`, and names have cases."""
    question_mark: str = "?"
    longest: int = 1  # words in the longest phrase


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a letter of a script without spaces, `text[start:end]`, and how lexicons write it."""

    start: int
    end: int
    folded: str


@lru_cache(maxsize=1)
def conversation_lexicons() -> Mapping[str, Lexicon]:
    """Returns the package's lexicons by language, sorted; they are read once. Raises as `load_lexicons`."""
    return load_lexicons(FOLDER)


def load_lexicons(folder: Path) -> dict[str, Lexicon]:
    """Returns the lexicons in a folder by language, which is each file's name.

    Raises `PromptError`, naming file and entry, when a file cannot be used, or when there is none.
    """
    lexicons = {file.stem: _load(file) for file in sorted(folder.glob("*.toml"))}
    if not lexicons:
        raise PromptError(f"{folder} has no lexicons, so no follow-up can be understood. Reinstall the package.")
    return lexicons


@lru_cache(maxsize=64)  # a question is read with the lexicon of every language
def pieces_of(text: str) -> tuple[Piece, ...]:
    """Returns the words of a text in reading order."""
    return tuple(Piece(match.start(), match.end(), _folded(match.group())) for match in _PIECE.finditer(text))


def fold_phrase(text: str) -> str:
    """Returns a word or phrase as a lexicon's phrases are written."""
    return key_of(pieces_of(text))


def _folded(word: str) -> str:
    bare: str = _OPTIONAL.sub("", unicodedata.normalize("NFKC", word).casefold())
    return bare.translate(_ARABIC_LETTERS)


def key_of(pieces: Sequence[Piece]) -> str:
    """Returns the phrase that pieces make, as a lexicon has it."""
    return " ".join(piece.folded for piece in pieces)


def _load(file: Path) -> Lexicon:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:  # a TOMLDecodeError and a UnicodeDecodeError are ValueErrors
        raise PromptError(f"{file} cannot be read as TOML: {problem}. Mend the line it names.") from None
    names = (*KINDS, *EDGES, *SWITCHES, "agreement", "question_mark")
    for entry in entries.keys() - set(names):
        raise PromptError(f"{file} has an entry {entry}, which is none of {', '.join(names)}. Rename or delete it.")
    for entry in NEEDED:
        if not entries.get(entry):
            raise PromptError(f'{file} has no {entry}. Add a line like: {entry} = ["…", "…"]')
    phrases = {entry: _phrases(file, entry, entries.get(entry, [])) for entry in (*KINDS, *EDGES)}
    kinds = _kinds(file, phrases)
    known = [*kinds, *phrases["openings"], *phrases["closings"], *phrases["whole"]]
    openings: dict[str, Kind] = dict.fromkeys((*phrases["openings"], *phrases["closings"]), "opening")
    return Lexicon(
        file.stem,
        openings | kinds,
        {edge: frozenset(phrases[edge]) for edge in EDGES},
        **{switch: _switch(file, switch, entries.get(switch, False)) for switch in SWITCHES},
        agreement=_agreement(file, entries.get("agreement", "gender")),
        question_mark=_mark(file, entries.get("question_mark", "?")),
        longest=max(phrase.count(" ") + 1 for phrase in known),
    )


def _phrases(file: Path, entry: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(phrase, str) and pieces_of(phrase) for phrase in value):
        raise PromptError(f'{file}: {entry} is not a list of words. Write it like: {entry} = ["…", "…"]')
    return [key_of(pieces_of(phrase)) for phrase in value]


def _kinds(file: Path, phrases: Mapping[str, list[str]]) -> dict[str, Kind]:
    homes: dict[str, str] = {}
    for entry in KINDS:
        for phrase in phrases[entry]:
            other = homes.setdefault(phrase, entry)
            if other != entry:
                raise PromptError(f"{file} has {phrase!r} under {other} and under {entry}. Delete one of them.")
    return {phrase: KINDS[entry] for phrase, entry in homes.items()}


def _switch(file: Path, entry: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise PromptError(f"{file}: {entry} is {value!r}. Write true or false, without quotes.")
    return value


def _agreement(file: Path, value: object) -> Agreement:
    for agreement in AGREEMENTS:
        if value == agreement:
            return agreement
    raise PromptError(f"{file}: agreement is {value!r}. Write one of: {', '.join(AGREEMENTS)}.")


def _mark(file: Path, value: object) -> str:
    if not isinstance(value, str) or len(value) != 1:
        raise PromptError(f'{file}: question_mark is {value!r}. Write one character, like: question_mark = "?"')
    return value
