"""`prompts/interface/*.toml` → the words of the page, one file a language, checked when loaded."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.conversations.outline import Labels
from assistant.display import direction_of
from assistant.errors import PromptError

FALLBACK_LANGUAGE = "en"

FOLDER = "interface"

Texts = Mapping[str, str]


def load_texts(folders: Sequence[Path]) -> dict[str, Texts]:
    """Returns the page's words by language, from these `prompts/` folders; an entry in an earlier one goes before.

    A file may hold only the entries that it changes: what a language lacks is said in English. English itself tells
    which entries there are, and what is filled in. Raises `PromptError`, naming file and entry.
    """
    files = [file for folder in reversed(folders) for file in sorted((folder / FOLDER).glob("*.toml"))]
    # English first: it tells what the others may say.
    files.sort(key=lambda file: file.stem != FALLBACK_LANGUAGE)
    texts: dict[str, dict[str, str]] = {}
    for file in files:
        english = texts.get(FALLBACK_LANGUAGE)
        texts[file.stem] = texts.get(file.stem, {}) | _load(file, english)
    if FALLBACK_LANGUAGE not in texts:
        raise PromptError(
            f"{folders[0] / FOLDER} has no {FALLBACK_LANGUAGE}.toml, which stands in for every language without a "
            "file. Put it back, or reinstall the package."
        )
    english = texts[FALLBACK_LANGUAGE]
    # A language's own name tells which way its page runs.
    return {
        language: {**english, **own, "direction": direction_of(own.get("name", ""))} for language, own in texts.items()
    }


def labels_of(texts: Mapping[str, Texts], language: str) -> Labels:
    """Returns the words of an export in the page's language, else in English."""
    chosen = language if language in texts else FALLBACK_LANGUAGE
    words = texts[chosen]
    return Labels(
        language=chosen,
        sources=words["export_sources"],
        understood=words["export_understood"],
        filters=words["export_filters"],
        newest=words["export_newest"],
    )


def _load(file: Path, english: Mapping[str, str] | None) -> dict[str, str]:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:  # a TOMLDecodeError and a UnicodeDecodeError are ValueErrors
        raise PromptError(f"{file} cannot be read as TOML: {problem}. Mend the line it names.") from None
    for entry, text in entries.items():
        if english is not None and entry not in english:
            raise PromptError(f"{file} has an entry {entry}, which the page does not have. Rename or delete it.")
        if not isinstance(text, str) or not text.strip():
            raise PromptError(f'{file} has no text for {entry}. Write some, like: {entry} = "…", or delete the line.')
        if english is not None and _variables(file, entry, text) != _variables(file, entry, english[entry]):
            wanted = ", ".join(f"{{{name}}}" for name in sorted(_variables(file, entry, english[entry]))) or "nothing"
            raise PromptError(f"{file}: {entry} must have {wanted} to fill in, as in English. Put it so.")
    return entries


def _variables(file: Path, entry: str, text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as problem:
        raise PromptError(f"{file}: the braces in {entry} do not pair up ({problem}). Mend them.") from None
