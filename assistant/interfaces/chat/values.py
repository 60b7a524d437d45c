"""What the browser sent, which may be anything → values that handlers can use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assistant.errors import QuestionError
from assistant.question import read_filters
from assistant.types import Filters

LONGEST_TEXT = 10_000  # characters: a question that is too long is told so by those who read it

Values = Mapping[str, Any]

Handler = Callable[[Values, str], Any]
"""Takes what the browser sent and the key of its reader, and returns plain JSON values."""


def text_in(values: Values, name: str) -> str:
    """Returns a text, empty when there is none. Raises `QuestionError` when it is none or too long."""
    value = values.get(name) or ""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise QuestionError(f"The page sent no usable {name}. Load it again.")
    return value


def filters_in(values: Values) -> Filters:
    """Returns the filters that were chosen. Raises `QuestionError` for any that are none."""
    return read_filters(values.get("filters") or {})
