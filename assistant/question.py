"""What a person typed → a question that every interface treats alike."""

from __future__ import annotations

import unicodedata

from assistant.errors import QuestionError

LONGEST_QUESTION = 4_000  # characters; the bundled model reads about the first 1,500


def clean_question(question: str) -> str:
    """Returns the question without control characters and with single spaces.

    Raises `QuestionError` when it is not text, has nothing to search for, or is longer than 4,000 characters.
    """
    if not isinstance(question, str):
        raise QuestionError(f"A question is text, not {type(question).__name__}. Ask it as a string.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question is {len(question):,} characters long; the limit is {LONGEST_QUESTION:,}. Ask a shorter one."
        )
    if any("\ud800" <= character <= "\udfff" for character in question):
        raise QuestionError("The question holds half a character (a lone surrogate). Type it again.")
    spaced = "".join(" " if unicodedata.category(character) == "Cc" else character for character in question)
    cleaned = " ".join(spaced.split())
    if not any(map(str.isalnum, cleaned)):
        raise QuestionError("The question is empty. Ask something, for example: what did Stoltenberg say?")
    return cleaned
