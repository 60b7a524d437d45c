"""Article → who says each sentence; question → whose words it asks for. No language model, any script."""

from __future__ import annotations

from assistant.answering.speaking.asking import Asked, read_according, read_asked
from assistant.answering.speaking.carrying import Speaking, find_speakers, is_read
from assistant.answering.speaking.likeness import speaks
from assistant.answering.speaking.mentioning import (
    Mention,
    asks_for_anything,
    asks_for_words,
    find_mention,
    holds_office,
    office_alone,
    offices_in,
)
from assistant.answering.speaking.somebody import before_words, is_somebody

__all__ = [
    "Asked",
    "Mention",
    "Speaking",
    "asks_for_anything",
    "asks_for_words",
    "before_words",
    "find_mention",
    "find_speakers",
    "holds_office",
    "is_read",
    "is_somebody",
    "office_alone",
    "offices_in",
    "read_according",
    "read_asked",
    "speaks",
]
