"""`prompts/interface/*.toml` → the words of the page, by language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.conversations.outline import Labels
from assistant.display import direction_of
from assistant.interfaces.texts import FALLBACK_LANGUAGE, Texts, load_words

FOLDER = "interface"


def load_texts(folders: Sequence[Path]) -> dict[str, Texts]:
    """Returns the page's words and its `direction` by language, from these `prompts/` folders. Raises `PromptError`."""
    texts = load_words(folders, FOLDER, "page")
    # A language's own name tells which way its page runs.
    return {language: {**words, "direction": direction_of(words["name"])} for language, words in texts.items()}


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
