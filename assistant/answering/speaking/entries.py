"""The entries of a lexicon's file → proven usable, or said what is wrong; and the roles that its words can play."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assistant.errors import PromptError

# What a word can be; a word may be several at once.
SAY, CLAIM, ACCORDING, ACCORDING_AFTER, THAT = 1, 2, 4, 8, 16
HE, SHE, THEY, TITLE, GROUP, SMALL, PREPOSITION, JOINER = 32, 64, 128, 256, 512, 1024, 2048, 4096
WHILE, RELATIVE, AUXILIARY, PASSIVE, MARKER, SUFFIX, OBLIQUE, NEVER, TIME, HONORIFIC, AS = (
    1 << power for power in range(13, 24)
)
DEFINITE, INDEFINITE, ACCORDING_FIRST = 1 << 24, 1 << 25, 1 << 26
PRONOUN = HE | SHE | THEY
VERB = SAY | CLAIM

LISTS = {
    "say": SAY,
    "claim": CLAIM,
    "according": ACCORDING,
    "according_after": ACCORDING_AFTER,
    "according_he": ACCORDING | HE,
    "according_she": ACCORDING | SHE,
    "according_first": ACCORDING_FIRST,
    "as": AS,
    "that": THAT,
    "he": HE,
    "she": SHE,
    "they": THEY,
    "small": SMALL,
    "definite": SMALL | DEFINITE,
    "indefinite": SMALL | INDEFINITE,
    "times": SMALL | TIME,
    "prepositions": PREPOSITION,
    "joiners": JOINER,
    "while": WHILE,
    "relative": RELATIVE,
    "auxiliary": AUXILIARY,
    "passive": PASSIVE,
    "marker": MARKER,
    "suffix": SUFFIX,
    "never": NEVER,
    "honorifics": HONORIFIC,
}
TABLES = {"titles": TITLE, "groups": GROUP}
QUESTIONS = ("what", "who", "verbs", "about", "plain", "things")
STRINGS = ("conjunction_prefixes", "preposition_prefixes", "article_prefix", "that_prefix")
ENDINGS = (
    "she_ends",
    "he_ends",
    "her_title_ends",
    "marker_endings",
    "according_endings",
    "that_endings",
    "plural_ends",
)
CLAUSE_ENDINGS = ("participle_ends",)
FLAGS = ("drops_subject", "verb_last", "inflects", "owner_first", "adjectives_after", "incises", "compounds")
PLACES = ("before", "after", "first", "marked")


def check(file: Path, entries: Mapping[str, object]) -> None:
    """Proves what a lexicon's file holds. Raises `PromptError`, naming the file and the entry."""
    lists = [*LISTS, *ENDINGS, *CLAUSE_ENDINGS, "subject", "reported", "negations", "object_verbs", "quoting_verbs"]
    for entry in sorted(entries.keys() - {*lists, *TABLES, *STRINGS, *FLAGS, "questions"}):
        raise PromptError(f"{file} has an entry {entry}, which is not known. Rename or delete it; see en.toml.")
    for entry in ("subject", "say", "that"):
        if not entries.get(entry) and not (entry == "that" and entries.get("verb_last")):
            raise PromptError(f'{file} has nothing for {entry}. Add a line like: {entry} = ["…"]')
    for entry in lists:
        _check_list(file, entry, entries.get(entry, []))
    for place in _list(entries["subject"]):
        if place not in PLACES:
            raise PromptError(f"{file}: subject says {place}, which is none of {', '.join(PLACES)}.")
    for table in (*TABLES, "questions"):
        _check_table(file, table, entries.get(table, {}))


def _check_table(file: Path, table: str, rows: object) -> None:
    if not isinstance(rows, dict):
        raise PromptError(f"{file}: {table} is no table. Write [{table}] on a line of its own.")
    for key, values in rows.items():
        if table == "questions" and key not in QUESTIONS:
            raise PromptError(f"{file}: questions has {key}, which is none of {', '.join(QUESTIONS)}.")
        _check_list(file, f"{table}.{key}", values)


def _check_list(file: Path, entry: str, values: object) -> None:
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise PromptError(f'{file}: {entry} is not a list of words. Write it like: {entry} = ["…", "…"]')


def _list(values: object) -> list[str]:
    assert isinstance(values, list)
    return values
