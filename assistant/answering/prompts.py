"""`prompts/model/*.txt` → what the language model is told and asked, checked when loaded.

A file has two parts with a line of three dashes between: what the model is told, and what it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.variables import check_variables
from assistant.errors import PromptError

DIVIDER = "---"

VARIABLES: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"language", "nothing", "sources", "history", "question"}),
    "follow_up": frozenset({"history", "question"}),
}
"""The prompts, by their files' names, and the variables that each of them must use."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is told (`told`) and asked (`asked`); variables stand in braces."""

    told: str
    asked: str

    def fill(self, **values: str) -> tuple[str, str]:
        """Returns both parts with these values for the variables; braces in the values stay what they are."""
        return self.told.format(**values), self.asked.format(**values)


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts of the writing model."""

    answer: Prompt
    follow_up: Prompt


def load_prompts(folders: list[Path]) -> Prompts:
    """Returns the prompts in these `prompts/` folders; a file in an earlier folder goes before its namesake in a later.

    Raises `PromptError`, naming file and variable, when a file is missing or cannot be used.
    """
    return Prompts(**{name: _load(_file(folders, name), VARIABLES[name]) for name in VARIABLES})


def _file(folders: list[Path], name: str) -> Path:
    files = [folder / "model" / f"{name}.txt" for folder in folders]
    found = next((file for file in files if file.is_file()), None)
    if found is None:
        raise PromptError(f"There is no {files[0]}. Put it back, or reinstall the package.")
    return found


def _load(file: Path, variables: frozenset[str]) -> Prompt:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise PromptError(f"{file} cannot be read as UTF-8 text: {problem}. Save it as UTF-8.") from None
    dividers = [number for number, line in enumerate(lines) if line.strip() == DIVIDER]
    if len(dividers) != 1:
        raise PromptError(
            f"{file} has {len(dividers)} lines of three dashes and needs one: above it stands what the model is told, "
            "below it what it is asked."
        )
    told, asked = ("\n".join(part).strip() for part in (lines[: dividers[0]], lines[dividers[0] + 1 :]))
    if not told or not asked:
        raise PromptError(f"{file} has nothing above or nothing below the line of three dashes. Write both parts.")
    check_variables(str(file), told + asked, variables)
    return Prompt(told, asked)
