"""`prompts/frames/*.toml` → the assistant's own words, one file a language, checked when loaded."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from assistant.errors import PromptError

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the assistant says in one language."""

    nothing: str
    """The articles say nothing about that."""
    nearest: str
    """Over the nearest passages of an answer that abstains."""
    no_articles: str
    """There is nothing to answer from."""
    quote: str
    """Around a quote in an article of this language; `{quote}` stands for its words."""


VARIABLES = {"quote": {"quote"}}


class Frames:
    """Frames by language; a language without one gets the English frame."""

    def __init__(self, frames: Mapping[str, Frame]) -> None:
        self._frames = dict(frames)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have a frame of their own, sorted."""
        return tuple(sorted(self._frames))

    def of(self, language: str) -> Frame:
        """Returns the language's frame, else the English one."""
        return self._frames.get(language) or self._frames[FALLBACK_LANGUAGE]


def load_frames(folders: list[Path]) -> Frames:
    """Returns the frames in these `prompts/` folders; a file in an earlier folder replaces its namesake in a later one.

    Raises `PromptError`, naming file and entry or variable, when a file cannot be used, or when no folder has English.
    """
    files: dict[str, Path] = {}
    for folder in reversed(folders):
        files |= {file.stem: file for file in sorted((folder / "frames").glob("*.toml"))}
    if FALLBACK_LANGUAGE not in files:
        raise PromptError(
            f"{folders[0] / 'frames'} has no {FALLBACK_LANGUAGE}.toml, which stands in for every language without a "
            "file. Put it back, or reinstall the package."
        )
    return Frames({language: _load(file) for language, file in files.items()})


def _load(file: Path) -> Frame:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:  # a TOMLDecodeError and a UnicodeDecodeError are ValueErrors
        raise PromptError(f"{file} cannot be read as TOML: {problem}. Mend the line it names.") from None
    known = [field.name for field in fields(Frame)]
    for entry in entries.keys() - set(known):
        raise PromptError(f"{file} has an entry {entry}, which is none of {', '.join(known)}. Rename or delete it.")
    for entry in known:
        text = entries.get(entry)
        if not isinstance(text, str) or not text.strip():
            raise PromptError(f'{file} has no text for {entry}. Add a line like: {entry} = "…"')
        _check_variables(file, entry, text)
    # What has no variables is filled in here, so that doubled braces mean the same everywhere.
    return Frame(**{entry: text if VARIABLES.get(entry) else text.format() for entry, text in entries.items()})


def _check_variables(file: Path, entry: str, text: str) -> None:
    try:
        fields = [field for field in string.Formatter().parse(text) if field[1] is not None]
    except ValueError as problem:
        raise PromptError(
            f"{file}: the braces in {entry} do not pair up ({problem}). Write {{{{ for a plain brace."
        ) from None
    for _, name, layout, conversion in fields:
        if layout or conversion:  # "{quote:.5}" would cut the quote
            raise PromptError(f"{file}: {entry} changes how {{{name}}} is written. Leave it as {{{name}}}.")
    used = {name for _, name, _, _ in fields if name is not None}
    wanted = VARIABLES.get(entry, set())
    for name in used - wanted:
        known = ", ".join(f"{{{variable}}}" for variable in sorted(wanted)) or "none"
        raise PromptError(f"{file}: {entry} uses {{{name}}}, which does not exist there (it may use: {known}).")
    for name in wanted - used:
        raise PromptError(f"{file}: {entry} does not use {{{name}}}, so its words would be lost. Put it in.")
