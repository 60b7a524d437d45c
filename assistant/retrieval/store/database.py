"""`index/` → snapshots for readers and the one writer; SQLite's complaints → sentences for people."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from assistant.errors import AssistantError, IndexDamagedError, NoIndexError, StorageError
from assistant.retrieval.store.rows import damaged, no_index
from assistant.retrieval.store.schema import COUNTED_TABLES, FILE_NAME, SCHEMA, SCHEMA_VERSION
from assistant.retrieval.store.snapshot import Snapshot
from assistant.retrieval.store.writer import Writer

BUSY_SECONDS = 10.0


class Store:
    """The database of one `index/` folder. Readers take snapshots; one writer at a time changes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE_NAME

    @contextlib.contextmanager
    def read(self) -> Iterator[Snapshot]:
        """Gives a snapshot, whatever is written meanwhile.

        Raises `NoIndexError` when there is no database, `IndexDamagedError` or `StorageError` when it cannot be read.
        """
        with self._explained():
            if not self.file.exists():
                raise NoIndexError(no_index(self.file))
            connection = self._connect_to_read()
            try:
                self._check_version(connection)
                yield Snapshot(connection, self.file)
            finally:
                connection.close()

    @contextlib.contextmanager
    def write(self) -> Iterator[Writer]:
        """Gives the writer, creating the database when there is none. The caller holds the rebuild's lock.

        Raises `IndexDamagedError` or `StorageError` as for reading.
        """
        with self._explained():
            self.folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.file, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")  # a published state outlives a power cut
                connection.execute("PRAGMA foreign_keys = ON")
                self._check_version(connection)
                yield Writer(connection, self.file)
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def set_aside(self) -> Path:
        """Renames a damaged database out of the way, for whoever wants to look at it, and returns its new name."""
        kept = self.file.with_name(f"{FILE_NAME}.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}")
        with self._explained():
            self.file.replace(kept)
            for ending in ("-wal", "-shm"):
                self.file.with_name(FILE_NAME + ending).unlink(missing_ok=True)
        return kept

    def _connect_to_read(self) -> sqlite3.Connection:
        try:
            return self._open_to_read("mode=ro")
        except sqlite3.OperationalError:
            # A database in WAL mode needs to write beside itself even to be read. Where this user may not, SQLite is
            # told that nobody does; if its owner does after all, a row may fail its proof, and asking again helps.
            if os.access(self.folder, os.W_OK):
                raise
            return self._open_to_read("mode=ro&immutable=1")

    def _open_to_read(self, mode: str) -> sqlite3.Connection:
        uri = f"file:{quote(os.fsencode(self.file))}?{mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            connection.execute(
                "PRAGMA user_version"
            ).fetchone()  # the first read is the snapshot, and shows whether it can be had
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_version(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == SCHEMA_VERSION:
            return
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise IndexDamagedError(damaged(self.file, f"it has format {version}, this version reads {SCHEMA_VERSION}"))
        if connection.execute("PRAGMA query_only").fetchone()[0]:
            raise NoIndexError(no_index(self.file))
        # Ids count on from the clock, so that those of a database that was deleted or set aside do not come again.
        first = time.time_ns() // 1_000_000
        connection.executescript(f"BEGIN; {SCHEMA}")
        connection.executemany(
            "INSERT INTO sqlite_sequence VALUES (?, ?)", ((table, first) for table in COUNTED_TABLES)
        )
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except AssistantError:
            raise
        except sqlite3.Error as problem:
            raise _explain(problem, self.file) from problem
        except UnicodeDecodeError as problem:  # sqlite3's own, when the message it would raise quotes damaged bytes
            raise IndexDamagedError(damaged(self.file, "a text in it is no text")) from problem
        except OSError as problem:
            raise StorageError(
                f"The index in {self.folder} cannot be used: {problem.strerror or problem}. Free space or allow "
                "writing there, then run: assistant rebuild"
            ) from problem


def _explain(problem: sqlite3.Error, file: Path) -> AssistantError:
    reason = str(problem)
    code = getattr(problem, "sqlite_errorname", "") or ""
    if (
        code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"))
        or "no such" in reason
        or "decode" in reason
    ):
        return IndexDamagedError(damaged(file, reason))
    if code.startswith("SQLITE_FULL"):
        return StorageError(
            f"The disk that holds {file.parent} is full; the index is as it was. Free space and try again."
        )
    if code.startswith("SQLITE_BUSY"):
        return StorageError(f"Another program keeps {file} locked. Close it and try again.")
    return StorageError(f"The index {file} cannot be used: {reason}. Allow reading and writing there, then try again.")
