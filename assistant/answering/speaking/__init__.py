"""Article → who says each sentence; question → whose words it asks for. No language model, any script."""

from __future__ import annotations

from assistant.answering.speaking.asking import Asked, read_asked
from assistant.answering.speaking.carrying import Speaking, find_speakers
from assistant.answering.speaking.likeness import speaks
from assistant.answering.speaking.mentioning import Mention, asks_for_words, find_mention

__all__ = [
    "Asked",
    "Mention",
    "Speaking",
    "asks_for_words",
    "find_mention",
    "find_speakers",
    "read_asked",
    "speaks",
]
