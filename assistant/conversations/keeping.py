"""An open database, a reader's digest → the rows of that reader: the steps that the store is made of."""

from __future__ import annotations

import secrets

from assistant.conversations.database import Connection
from assistant.conversations.records import ConversationSummary, KeptTurn
from assistant.conversations.rows import SUMMARY_COLUMNS, TURN_COLUMNS, summary_of, turn_of, turn_values
from assistant.conversations.words import texts_of, words_of
from assistant.errors import ConversationError, NoConversationError
from assistant.types import Answer, Filters

MOST_TURNS = 1_000  # of one conversation
MOST_CONVERSATIONS = 10_000  # of one reader

_OWN = "SELECT number FROM conversation WHERE id = ? AND reader = ?"


def own(connection: Connection, owner: bytes, conversation: str) -> int:
    """Returns the number of a reader's conversation. Raises `NoConversationError` when it is not theirs."""
    row = connection.execute(_OWN, (conversation, owner)).fetchone()
    if row is None:
        raise NoConversationError("There is no such conversation: it was deleted, or it is somebody else's.")
    number: int = row[0]
    return number


def begin(connection: Connection, owner: bytes, now: int) -> str:
    """Begins a conversation of a reader and returns its id. Raises `ConversationError` when they have too many."""
    (count,) = connection.execute("SELECT count(*) FROM conversation WHERE reader = ?", (owner,)).fetchone()
    if count >= MOST_CONVERSATIONS:
        raise ConversationError(f"You have {count:,} conversations; no more can be kept. Delete some of them.")
    identity = secrets.token_urlsafe(16)
    connection.execute(
        "INSERT INTO conversation (id, reader, created, changed, title, words) VALUES (?, ?, ?, ?, '', '')",
        (identity, owner, now, now),
    )
    return identity


def add_turn(connection: Connection, number: int, now: int, answer: Answer, filters: Filters) -> str:
    """Adds a turn to a conversation and returns its id. Raises `ConversationError` when it has too many."""
    count, last = connection.execute(
        "SELECT count(*), coalesce(max(position), 0) FROM turn WHERE conversation = ?", (number,)
    ).fetchone()
    if count >= MOST_TURNS:
        raise ConversationError(f"A conversation has {MOST_TURNS:,} turns at most. Begin a new one.")
    identity = secrets.token_urlsafe(16)
    connection.execute(
        "INSERT INTO turn (id, conversation, position, asked, words, question, filters, answer, checksum)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (identity, number, last + 1, now, words_of(texts_of(answer)), *turn_values(answer, filters)),
    )
    connection.execute("UPDATE conversation SET changed = max(changed, ?) WHERE number = ?", (now, number))
    return identity


def summary_at(connection: Connection, number: int) -> ConversationSummary:
    """Returns the line of the list for a conversation."""
    query = f"SELECT {SUMMARY_COLUMNS} FROM conversation WHERE number = ?"  # noqa: S608 - ours
    return summary_of(connection.execute(query, (number,)).fetchone())


def turn_at(connection: Connection, number: int, position: int) -> KeptTurn:
    """Returns the turn at a position of a conversation. Raises `ConversationError` when it is damaged."""
    query = f"SELECT {TURN_COLUMNS} FROM turn WHERE conversation = ? AND position = ?"  # noqa: S608 - ours
    return turn_of(connection.execute(query, (number, position)).fetchone())


def last_turn(connection: Connection, number: int) -> str:
    """Returns the id of a conversation's last turn; empty when it has none."""
    query = "SELECT id FROM turn WHERE conversation = ? ORDER BY position DESC LIMIT 1"
    found = connection.execute(query, (number,)).fetchone()
    return found[0] if found else ""


def no_turn() -> NoConversationError:
    """Returns the error for a turn that is not the reader's."""
    return NoConversationError("There is no such turn: it was deleted or replaced, or it is somebody else's.")
