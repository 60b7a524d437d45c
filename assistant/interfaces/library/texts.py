"""`prompts/interface/library/*.toml` → the words of the library, by language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.interfaces.texts import Texts, load_words

FOLDER = "interface/library"


def load_library_texts(folders: Sequence[Path]) -> dict[str, Texts]:
    """Returns the library's words by language, from these `prompts/` folders. Raises `PromptError`."""
    return load_words(folders, FOLDER, "library")
