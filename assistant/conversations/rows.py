"""Rows of the database ↔ records. A row that is not what was written is an error, never a turn."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.conversations.answers import values_of
from assistant.conversations.records import ConversationSummary, Feedback, KeptTurn
from assistant.display import UNPRINTABLE
from assistant.errors import AssistantError, ConversationError
from assistant.question import read_filters
from assistant.types import Answer, Filters

LONGEST_READER_KEY = 1_000  # characters
LONGEST_TITLE = 200  # characters of one that the reader gives
LONGEST_OWN_TITLE = 80  # characters of the first question
LONGEST_NOTE = 2_000  # characters

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(\d{1,18})\.([\w-]{1,64})", re.ASCII)

TURN_COLUMNS = "turn.id, asked, verdict, note, question, filters, answer, checksum"
SUMMARY_COLUMNS = (
    "conversation.id, created, changed, title,"
    " (SELECT count(*) FROM turn WHERE turn.conversation = conversation.number),"
    " (SELECT question FROM turn WHERE turn.conversation = conversation.number ORDER BY position LIMIT 1)"
)


def reader_digest(reader: str) -> bytes:
    """Returns what a reader's rows are marked with. Raises `ConversationError` when there is no key."""
    if not isinstance(reader, str) or not 0 < len(reader) <= LONGEST_READER_KEY:
        raise ConversationError(
            f"A conversation belongs to somebody: name its reader with 1 to {LONGEST_READER_KEY:,} characters."
        )
    return hashlib.sha256(reader.encode("utf-8", "surrogatepass")).digest()


def microseconds(moment: datetime) -> int:
    """Returns a moment as it is stored."""
    return (moment - BEGINNING) // timedelta(microseconds=1)


def moment_of(stored: int) -> datetime:
    """Returns the moment that was stored, in UTC."""
    return BEGINNING + timedelta(microseconds=stored)


def one_line(text: str, longest: int) -> str:
    """Returns text on one line, without what could forge another or turn it around, shortened with an ellipsis."""
    line = " ".join(UNPRINTABLE.sub(" ", text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def note_of(text: str) -> str:
    """Returns a reader's note without controls but line feeds. Raises `ConversationError` when it is too long."""
    if len(text) > LONGEST_NOTE:
        raise ConversationError(
            f"The note is {len(text):,} characters long; the limit is {LONGEST_NOTE:,}. Write a shorter one."
        )
    kept = (it for it in text.replace("\r\n", "\n") if it == "\n" or unicodedata.category(it) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def turn_values(answer: Answer, filters: Filters) -> tuple[str, str, bytes, int]:
    """Returns question, filters, answer and checksum as they are stored."""
    question, chosen = answer.question, json.dumps(filters.to_dict(), ensure_ascii=False)
    stored = json.dumps(values_of(answer), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return question, chosen, stored, _checksum(question, chosen, stored)


def turn_of(row: tuple[Any, ...]) -> KeptTurn:
    """Returns the turn of a row of `TURN_COLUMNS`. Raises `ConversationError` when it is damaged."""
    identity, asked, verdict, note, question, filters, answer, checksum = row
    if _checksum(question, filters, answer) != checksum:
        raise ConversationError(
            "A turn of this conversation is not what was kept (its checksum is wrong). Delete the conversation, or put "
            "a copy of conversations.sqlite3 in its place."
        )
    try:
        chosen = read_filters(json.loads(filters))
        stored = json.loads(answer.decode("utf-8", "surrogatepass"))
    except (ValueError, AssistantError) as problem:  # a later version may write what this one cannot read
        raise ConversationError(
            f"A turn of this conversation cannot be read: {problem}. Use the version that kept it."
        ) from None
    return KeptTurn(identity, question, chosen, moment_of(asked), Feedback(verdict, note), stored)


def summary_of(row: tuple[Any, ...]) -> ConversationSummary:
    """Returns the line of the list for a row of `SUMMARY_COLUMNS`."""
    identity, created, changed, title, turns, question = row
    shown = title or one_line(question or "", LONGEST_OWN_TITLE)
    return ConversationSummary(identity, shown, moment_of(created), moment_of(changed), turns)


def cursor_of(summary: ConversationSummary) -> str:
    """Returns what the page after this conversation is asked for with."""
    return f"{microseconds(summary.changed)}.{summary.id}"


def read_cursor(cursor: str) -> tuple[int, str]:
    """Returns time and id before which a page begins; those of the first page for an empty text.

    Raises `ConversationError` for anything that `cursor_of` does not make.
    """
    if not cursor:
        return 2**62, ""
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise ConversationError("There is no such page of conversations. Begin with the first one.")
    return int(match[1]), match[2]


def _checksum(question: str, filters: str, answer: bytes) -> int:
    parts = (question.encode("utf-8", "surrogatepass"), filters.encode("utf-8", "surrogatepass"), answer)
    return zlib.crc32(b"\0".join(parts))
