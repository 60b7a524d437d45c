"""Ask a folder of articles, in any language: every statement is an exact quote, numbered and tied to its place.

The names below stand in the order in which data flows through the package. They are imported when first used, so that
`import assistant` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.assistant import Assistant, query
    from assistant.errors import (
        ArticleIndexError,
        AssistantError,
        BusyError,
        ConversationError,
        EvaluationError,
        HomeError,
        IndexBusyError,
        IndexDamagedError,
        LanguageModelError,
        ModelError,
        ModelMismatchError,
        NoConversationError,
        NoIndexError,
        PortError,
        PromptError,
        QuestionError,
        ReadingError,
        SettingsError,
        StorageError,
    )
    from assistant.settings import Settings
    from assistant.types import (
        Answer,
        Article,
        Citation,
        Filters,
        Hit,
        IndexedArticle,
        Progress,
        RebuildReport,
        ScoredSpan,
        Span,
        Statement,
        Turn,
    )

__version__ = "0.1.0"

_HOMES = {
    "assistant.assistant": ("query", "Assistant"),
    "assistant.settings": ("Settings",),
    "assistant.types": (
        "Article",
        "Span",
        "ScoredSpan",
        "Progress",
        "RebuildReport",
        "Hit",
        "Citation",
        "Statement",
        "Answer",
        "Turn",
        "Filters",
        "IndexedArticle",
    ),
    "assistant.errors": (
        "AssistantError",
        "HomeError",
        "SettingsError",
        "QuestionError",
        "PromptError",
        "ReadingError",
        "ModelError",
        "LanguageModelError",
        "PortError",
        "ConversationError",
        "NoConversationError",
        "BusyError",
        "EvaluationError",
        "ArticleIndexError",
        "NoIndexError",
        "IndexDamagedError",
        "IndexBusyError",
        "ModelMismatchError",
        "StorageError",
    ),
}

__all__ = [
    "Answer",
    "Article",
    "ArticleIndexError",
    "Assistant",
    "AssistantError",
    "BusyError",
    "Citation",
    "ConversationError",
    "EvaluationError",
    "Filters",
    "Hit",
    "HomeError",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexedArticle",
    "LanguageModelError",
    "ModelError",
    "ModelMismatchError",
    "NoConversationError",
    "NoIndexError",
    "PortError",
    "Progress",
    "PromptError",
    "QuestionError",
    "ReadingError",
    "RebuildReport",
    "ScoredSpan",
    "Settings",
    "SettingsError",
    "Span",
    "Statement",
    "StorageError",
    "Turn",
    "query",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
