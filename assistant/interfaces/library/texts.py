"""`prompts/interface/library/*.toml` → the words of the library, one file a language, checked when loaded."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.errors import PromptError

FALLBACK_LANGUAGE = "en"
FOLDER = "interface/library"

Texts = Mapping[str, str]


def load_library_texts(folders: Sequence[Path]) -> dict[str, Texts]:
    """Returns the library's words by language, from these `prompts/` folders; an entry in an earlier one goes before.

    What a language lacks is said in English. Raises `PromptError`, naming file and entry.
    """
    files = [file for folder in reversed(folders) for file in sorted((folder / FOLDER).glob("*.toml"))]
    files.sort(key=lambda file: file.stem != FALLBACK_LANGUAGE)  # English first: it tells what the others may say
    texts: dict[str, dict[str, str]] = {}
    for file in files:
        texts[file.stem] = texts.get(file.stem, {}) | _load(file, texts.get(FALLBACK_LANGUAGE))
    if FALLBACK_LANGUAGE not in texts:
        raise PromptError(f"{folders[-1] / FOLDER} has no {FALLBACK_LANGUAGE}.toml. Reinstall the package.")
    return {language: texts[FALLBACK_LANGUAGE] | own for language, own in texts.items()}


def _load(file: Path, english: Mapping[str, str] | None) -> dict[str, str]:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:  # decoding errors of both kinds are ValueErrors
        raise PromptError(f"{file} cannot be read as TOML: {problem}. Mend the line it names.") from None
    for entry, text in entries.items():
        if english is not None and entry not in english:
            raise PromptError(f"{file} has an entry {entry}, which the library does not have. Rename or delete it.")
        if not isinstance(text, str) or not text.strip():
            raise PromptError(f'{file} has no text for {entry}. Write some, like: {entry} = "…", or delete the line.')
        if english is not None and _variables(file, entry, text) != _variables(file, entry, english[entry]):
            raise PromptError(f"{file}: {entry} does not fill in what English does ({english[entry]}). Mend it.")
    return entries


def _variables(file: Path, entry: str, text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as problem:
        raise PromptError(f"{file}: the braces in {entry} do not pair up ({problem}). Mend them.") from None
