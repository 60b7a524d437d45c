"""A reader, questions, answers → that reader's conversations, kept in the home's `conversations.sqlite3`.

Every method but `judged` takes the reader's key, and sees and changes nothing that belongs to another reader; what
another has is as if it were not there. A key is opaque text, such as a random cookie; the file holds only its digest.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from assistant.conversations.database import Database
from assistant.conversations.keeping import add_turn, begin, last_turn, no_turn, own, summary_at, turn_at
from assistant.conversations.records import (
    ConversationPage,
    ConversationSummary,
    FoundConversation,
    FoundPage,
    KeptPlace,
    KeptTurn,
    Verdict,
    WholeConversation,
)
from assistant.conversations.rows import (
    LONGEST_TITLE,
    SUMMARY_COLUMNS,
    TURN_COLUMNS,
    cursor_of,
    microseconds,
    note_of,
    one_line,
    read_cursor,
    reader_digest,
    summary_of,
    turn_of,
)
from assistant.conversations.words import excerpt_of, patterns_of, words_of
from assistant.errors import ConversationError, NoConversationError
from assistant.home import Home
from assistant.types import Answer, Filters

MOST_ON_A_PAGE = 200

NO_FILTERS = Filters()

_PAGE = "reader = ? AND (changed, conversation.id) < (?, ?)"
_NEWEST_FIRST = "ORDER BY changed DESC, conversation.id DESC LIMIT ?"


class Conversations:
    """The conversations of all readers of a home. Safe to share among threads; several processes may have one file.

    `notice` is one line of why they are kept in memory only, to be shown to a reader once; empty when they are kept.
    Every method raises `ConversationError` when the file cannot be used just then; the chat can go on without.
    """

    def __init__(self, database: Database, notice: str = "") -> None:
        self._database = database
        self.notice = notice

    @classmethod
    def open(cls, home: Home) -> Conversations:
        """Opens a home's conversations, beginning the file if there is none.

        Raises `ConversationError` when the file cannot be written, is damaged, or was kept by a later version.
        """
        database = Database(home.conversations)
        database.check()
        return cls(database)

    @classmethod
    def open_or_remember(cls, home: Home) -> Conversations:
        """Opens a home's conversations; when that fails, conversations are kept in memory until the program stops.

        Nothing is raised, and a file that cannot be used is left as it is; `notice` then says what is wrong with it.
        """
        try:
            return cls.open(home)
        except ConversationError as problem:
            notice = f"Conversations are kept only until this program stops. {problem}"
            return cls(Database(None), notice)

    def append(
        self, reader: str, answer: Answer, filters: Filters = NO_FILTERS, conversation: str | None = None
    ) -> KeptPlace:
        """Keeps a question and its answer as a conversation's next turn, or as the first of a new one.

        `filters` are those that the reader chose. `conversation` is the id of one of the reader's; None begins one,
        whose title is the question. An answer that was stopped halfway can be kept as far as it had come.
        Raises `NoConversationError` when the reader has no such conversation (any more), and `ConversationError` when
        it has 1,000 turns, or the reader 10,000 conversations.
        """
        owner, now = reader_digest(reader), microseconds(datetime.now(UTC))
        with self._database.write() as connection:
            if conversation is None:
                conversation = begin(connection, owner, now)
            number = own(connection, owner, conversation)
            return KeptPlace(conversation, add_turn(connection, number, now, answer, filters))

    def replace_from(
        self,
        reader: str,
        conversation: str,
        turn: str,
        answer: Answer,
        filters: Filters = NO_FILTERS,
        *,
        last: str = "",
    ) -> KeptPlace:
        """Keeps a question and its answer in place of a turn and of all turns after it: a retry, or an edited question.

        Call it when the new answer is there: until then the turns are as they were. What is replaced is gone, with its
        feedback. Raises `NoConversationError` when the reader has no such conversation, or it no such turn; also when
        it went on after `last`, the last of its turns that the reader has seen.
        """
        owner, now = reader_digest(reader), microseconds(datetime.now(UTC))
        with self._database.write(forgetting=True) as connection:
            number = own(connection, owner, conversation)
            if last and last != last_turn(connection, number):
                raise NoConversationError("The conversation went on meanwhile. Read it again.")
            found = connection.execute("SELECT position FROM turn WHERE id = ? AND conversation = ?", (turn, number))
            row = found.fetchone()
            if row is None:
                raise no_turn()
            connection.execute("DELETE FROM turn WHERE conversation = ? AND position >= ?", (number, row[0]))
            return KeptPlace(conversation, add_turn(connection, number, now, answer, filters))

    def list(self, reader: str, limit: int = 50, page: str = "") -> ConversationPage:
        """Returns at most `limit` (1 to 200) of the reader's conversations, the one that was changed last first.

        `page` is the `next` of the page before, empty for the first one. Raises `ConversationError` for another.
        """
        wanted = _checked(limit)
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {SUMMARY_COLUMNS} FROM conversation WHERE {_PAGE} {_NEWEST_FIRST}",  # noqa: S608 - ours
                (reader_digest(reader), *read_cursor(page), wanted + 1),
            ).fetchall()
        found = [summary_of(row) for row in rows]
        return ConversationPage(tuple(found[:wanted]), cursor_of(found[wanted - 1]) if len(found) > wanted else "")

    def search(self, reader: str, text: str, limit: int = 50, page: str = "") -> FoundPage:
        """Returns the reader's conversations in which a turn says all that is searched for; paged as by `list`.

        Titles, questions, statements, quotes and who says them are searched, in any language and script. A word may go
        on ("guarant" finds "guarantees"); pieces without spaces, such as 停火协议 or cease-fire, are found whole.
        Nothing is found for a text without letters or digits.
        """
        wanted, patterns = _checked(limit), patterns_of(text)
        if not patterns:
            return FoundPage(())
        says = " AND ".join("instr(conversation.words || turn.words, ?)" for _ in patterns)
        latest = (
            "SELECT max(position) FROM turn WHERE turn.conversation = conversation.number"  # noqa: S608 - ours
            f" AND {says}"
        )
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {SUMMARY_COLUMNS}, number, ({latest}) AS latest FROM conversation"  # noqa: S608 - ours
                f" WHERE {_PAGE} AND latest IS NOT NULL {_NEWEST_FIRST}",
                (*patterns, reader_digest(reader), *read_cursor(page), wanted + 1),
            ).fetchall()
            found = [(summary_of(row[:-2]), turn_at(connection, *row[-2:])) for row in rows[:wanted]]
        return FoundPage(
            tuple(
                FoundConversation(summary, turn.id, turn.question, excerpt_of(turn.answer, patterns))
                for summary, turn in found
            ),
            cursor_of(found[-1][0]) if len(rows) > wanted else "",
        )

    def read(self, reader: str, conversation: str) -> WholeConversation:
        """Returns one of the reader's conversations with all its turns.

        Raises `NoConversationError` when the reader has none of this id, and `ConversationError` when it is damaged.
        """
        owner = reader_digest(reader)
        with self._database.read() as connection:
            number = own(connection, owner, conversation)
            summary = summary_at(connection, number)
            rows = connection.execute(
                f"SELECT {TURN_COLUMNS} FROM turn WHERE conversation = ? ORDER BY position",  # noqa: S608 - ours
                (number,),
            ).fetchall()
        return WholeConversation(summary, tuple(turn_of(row) for row in rows))

    def rename(self, reader: str, conversation: str, title: str) -> ConversationSummary:
        """Gives a conversation a title, one line of at most 200 characters; an empty one is the first question again.

        What is too long is shortened. Raises `NoConversationError` when the reader has no such conversation.
        """
        owner, line = reader_digest(reader), one_line(title, LONGEST_TITLE)
        with self._database.write() as connection:
            number = own(connection, owner, conversation)
            connection.execute(
                "UPDATE conversation SET title = ?, words = ? WHERE number = ?", (line, words_of([line]), number)
            )
            return summary_at(connection, number)

    def delete(self, reader: str, conversation: str) -> None:
        """Deletes a conversation with its turns and feedback; its bytes on the disk are overwritten.

        Raises `NoConversationError` when the reader has no such conversation.
        """
        owner = reader_digest(reader)
        with self._database.write(forgetting=True) as connection:
            number = own(connection, owner, conversation)
            connection.execute("DELETE FROM conversation WHERE number = ?", (number,))

    def delete_all(self, reader: str) -> int:
        """Deletes all of the reader's conversations as `delete` does, and returns how many there were."""
        owner = reader_digest(reader)
        with self._database.write(forgetting=True) as connection:
            return connection.execute("DELETE FROM conversation WHERE reader = ?", (owner,)).rowcount

    def judge(self, reader: str, turn: str, verdict: Verdict, note: str = "") -> None:
        """Keeps what the reader thinks of one of their answers, in place of what they thought before.

        An empty verdict takes it back, and its note with it. `note` has at most 2,000 characters. The home's owner can
        read both (`assistant feedback`): tell readers so. Raises `NoConversationError` when the reader has no such
        turn, and `ConversationError` for another verdict or a longer note.
        """
        if verdict not in get_args(Verdict):
            raise ConversationError(f"An answer is judged with like, dislike or nothing, not {verdict!r:.100}.")
        owner, kept = reader_digest(reader), note_of(note) if verdict else ""
        with self._database.write(forgetting=True) as connection:
            changed = connection.execute(
                "UPDATE turn SET verdict = ?, note = ? WHERE id = ?"
                " AND conversation IN (SELECT number FROM conversation WHERE reader = ?)",
                (verdict, kept, turn, owner),
            ).rowcount
            if not changed:
                raise no_turn()

    def judged(self) -> tuple[KeptTurn, ...]:
        """Returns every turn that any reader liked or disliked, the oldest first, without telling whose it is.

        It is for the owner of the home, on the command line: nothing that answers a reader may call it. A turn that is
        damaged is an error, as for `read`.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {TURN_COLUMNS} FROM turn WHERE verdict <> '' ORDER BY asked, id"  # noqa: S608 - ours
            ).fetchall()
        return tuple(turn_of(row) for row in rows)


def _checked(limit: int) -> int:
    if not 1 <= limit <= MOST_ON_A_PAGE:
        raise ConversationError(f"A page has 1 to {MOST_ON_A_PAGE} conversations, not {limit}.")
    return limit
