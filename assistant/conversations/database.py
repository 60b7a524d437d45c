"""`conversations.sqlite3`, or memory → connections, one use each; SQLite's complaints → sentences for people."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import RLock
from typing import Any

from assistant.conversations.schema import CONVERSATIONS_VERSION, SCHEMA
from assistant.errors import ConversationError

BUSY_SECONDS = 10.0

Connection = sqlite3.Connection
Row = tuple[Any, ...]


class Database:
    """The conversations' database: a file, or memory when there is none. Safe to share among threads and processes."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self._lock = RLock()  # of the one connection to memory
        self._memory: Connection | None = None

    def check(self) -> None:
        """Raises `ConversationError` when the file cannot be written, is damaged, or is of another version."""
        with self.write() as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise self._damaged(found.replace("\n", " "))

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Gives one consistent state, whatever is written meanwhile. Raises `ConversationError`."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextlib.contextmanager
    def write(self, *, forgetting: bool = False) -> Iterator[Connection]:
        """Gives the state to change, which nobody else changes meanwhile; an error leaves it as it was.

        With `forgetting`, what is deleted leaves the disk too. Raises `ConversationError`.
        """
        with self._transaction("BEGIN IMMEDIATE", forgetting=forgetting) as connection:
            yield connection

    @contextlib.contextmanager
    def _transaction(self, begin: str, *, forgetting: bool = False) -> Iterator[Connection]:
        with self._explained(), self._connection() as connection:
            connection.execute(begin)
            try:
                yield connection
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # the first problem is the one to tell
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            if forgetting:
                # The log beside the file still holds the pages as they were. Somebody who reads just now may keep it;
                # then the last one to close the file, or the next one to delete, empties it.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Connection]:
        if self.file is None:
            with self._lock:
                if self._memory is None:
                    self._memory = self._prepared(sqlite3.connect(":memory:", check_same_thread=False))
                yield self._memory
            return
        # Nothing else here may open the file: closing it again would let go of the locks of every thread (POSIX).
        opened = self._prepared(sqlite3.connect(self.file, timeout=BUSY_SECONDS))
        with contextlib.closing(opened) as connection:
            yield connection

    def _prepared(self, connection: Connection) -> Connection:
        try:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
            connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last turns, never the file
            self._check_version(connection)
            _prefer_log(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_version(self, connection: Connection) -> None:
        if _version(connection) == CONVERSATIONS_VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = _version(connection)  # another process may have made the tables meanwhile
            if version != CONVERSATIONS_VERSION:
                if version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise self._foreign(version)
                if self.file is not None:
                    # Nobody else on this machine is to read it: SQLite gives the files beside it the same rights.
                    self.file.chmod(0o600)
                for statement in SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {CONVERSATIONS_VERSION}")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as problem:
            raise self._explain(problem) from problem
        except UnicodeDecodeError as problem:  # sqlite3's own, when the message it would raise quotes damaged bytes
            raise self._damaged("a text in it is no text") from problem
        except UnicodeEncodeError:
            raise ConversationError("A text holds half a character (a lone surrogate). Type it again.") from None
        except OSError as problem:
            raise self._unusable(problem.strerror or str(problem)) from problem

    def _explain(self, problem: sqlite3.Error) -> ConversationError:
        reason = str(problem)
        code = getattr(problem, "sqlite_errorname", "") or ""
        if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")) or "decode" in reason:
            return self._damaged(reason)
        if code.startswith("SQLITE_FULL"):
            return self._unusable("the disk is full")
        if code.startswith("SQLITE_BUSY"):
            return self._unusable("another program keeps it locked")
        return self._unusable(reason)

    def _damaged(self, reason: str) -> ConversationError:
        return ConversationError(
            f"The conversations in {self.file} are damaged ({reason}). Put a copy of the file in its place, or move it "
            "away: a new one is then begun."
        )

    def _foreign(self, version: int) -> ConversationError:
        if version > CONVERSATIONS_VERSION:
            return ConversationError(
                f"The conversations in {self.file} were kept by a later version of this program (format {version}, "
                f"this one reads {CONVERSATIONS_VERSION}). Install that one, or move the file away."
            )
        return ConversationError(f"{self.file} is another program's database. Move it away: a new one is then begun.")

    def _unusable(self, reason: str) -> ConversationError:
        return ConversationError(
            f"The conversations in {self.file or 'memory'} cannot be kept or read: {reason}. Free space, allow reading "
            "and writing there or close what uses it, then try again."
        )


def _version(connection: Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _prefer_log(connection: Connection) -> None:
    # With a log beside the file, those who read wait for nobody. While others are at work the change must wait; until
    # it succeeds, readers wait for writers, and nothing else is different.
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
