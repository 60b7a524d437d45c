"""What a person typed → a question, and the articles it is asked of, that every interface treats alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from assistant.display import HALF
from assistant.errors import QuestionError
from assistant.types import Filters

LONGEST_QUESTION = 4_000  # characters; the bundled model reads about the first 1,500
MOST_VALUES, LONGEST_VALUE = 1_000, 1_000  # of one filter

LANGUAGE_CODE = re.compile("[a-z]{2,3}")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


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
    if HALF.search(question):
        raise QuestionError("The question holds half a character (a lone surrogate). Type it again.")
    spaced = "".join(" " if unicodedata.category(character) == "Cc" else character for character in question)
    cleaned = " ".join(spaced.split())
    if not any(map(str.isalnum, cleaned)):
        raise QuestionError("The question is empty. Ask something, for example: what did Stoltenberg say?")
    return cleaned


def read_filters(values: Mapping[str, object]) -> Filters:
    """Returns the filters in plain values, such as JSON holds; one value may stand for a list of one.

    Raises `QuestionError` for a name that is no filter's, and as `check_filters`.
    """
    names = [field.name for field in fields(Filters)]
    if not isinstance(values, Mapping) or any(name not in names for name in values):
        raise QuestionError(f"Filters are {', '.join(names)}; these are {values!r:.200}. Leave the others out.")
    newest = values.get("newest", False)
    if not isinstance(newest, bool):
        raise QuestionError(f"The filter newest is true or false, not {newest!r:.100}.")
    filters = Filters(
        _listed("languages", values),
        _listed("outlets", values),
        _listed("articles", values),
        _text("since", values.get("since", "")),
        _text("until", values.get("until", "")),
        newest,
    )
    check_filters(filters)
    return filters


def check_language(code: str) -> None:
    """Raises `QuestionError` when this is no language's code."""
    if not LANGUAGE_CODE.fullmatch(code):
        raise QuestionError(f"{code!r} is no language's code. Name one of ISO 639, such as en, ar or pt.")


def check_filters(filters: Filters) -> None:
    """Raises `QuestionError` when a language is no code, a date no date, or the range ends before it begins."""
    for language in filters.languages:
        check_language(language)
    for name, value in (("since", filters.since), ("until", filters.until)):
        if value and not _is_date(value):
            raise QuestionError(f"The filter {name} is a date such as 2021, 2021-04 or 2021-04-30, not {value!r:.100}.")
    if filters.since and filters.until and filters.since[: len(filters.until)] > filters.until:
        raise QuestionError(f"No day is after {filters.since} and before {filters.until}. Exchange the two dates.")


def _is_date(value: str) -> bool:
    match = _DATE.fullmatch(value)
    if match is None:
        return False
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _listed(name: str, values: Mapping[str, object]) -> tuple[str, ...]:
    value = values.get(name, ())
    several = value if isinstance(value, list | tuple) else [value]
    if len(several) > MOST_VALUES:
        raise QuestionError(f"The filter {name} has {len(several):,} values; the limit is {MOST_VALUES:,}.")
    return tuple(text for item in several if (text := _text(name, item)))


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_VALUE:
        raise QuestionError(f"The filter {name} is text of at most {LONGEST_VALUE:,} characters, not {value!r:.100}.")
    return value.strip()
