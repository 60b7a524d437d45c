"""The SQLite file that is the truth: articles, passages, sentences, their vectors, and which of them are published.

Content is addressed by digests and only ever added: an article by the digest of its file's bytes and of the versions
that read and split it, a vector by its model and the digest of its text. None of that is seen by readers until a
`seed` row points to it, and all `seed` rows change in one transaction, with the generation's number. What no seed
points to is dropped in that same transaction.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Any, Literal
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from assistant.corpus.splitting import SplitPassage
from assistant.errors import AssistantError, IndexDamagedError, NoIndexError, StorageError

FILE_NAME = "articles.sqlite"
SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE model (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    origin BLOB NOT NULL,      -- the mean vector of everyday sentences in many languages, float32
    spread REAL NOT NULL       -- the standard deviation of unrelated similarities around it
);
CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,       -- SHA-256 of the versions and the file's bytes
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    text_digest BLOB NOT NULL          -- SHA-256 of title, language and text: what is shown is what was written
);
CREATE TABLE passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    key BLOB NOT NULL,                 -- the digest of text[start:end], which is also its vector's key
    sentences INTEGER NOT NULL         -- how many rows of `sentence` belong to it
);
CREATE INDEX passage_article ON passage (article);
CREATE TABLE sentence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    passage INTEGER NOT NULL REFERENCES passage ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    key BLOB NOT NULL
);
CREATE INDEX sentence_passage ON sentence (passage);
CREATE TABLE vector (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES model ON DELETE CASCADE,
    key BLOB NOT NULL,
    value BLOB NOT NULL,               -- float16, length one
    checksum INTEGER NOT NULL,         -- CRC-32 of value
    UNIQUE (model, key)
);
CREATE TABLE seed (
    path TEXT PRIMARY KEY,             -- relative to seeds/
    article INTEGER NOT NULL REFERENCES article,
    checksum INTEGER NOT NULL          -- CRC-32 of both
);
CREATE INDEX seed_article ON seed (article);
CREATE TABLE language_mean (
    language TEXT NOT NULL,
    grain TEXT NOT NULL,               -- passage or sentence
    value BLOB NOT NULL,               -- float32
    PRIMARY KEY (language, grain)
);
CREATE TABLE publication (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,
    model INTEGER NOT NULL REFERENCES model,
    passages INTEGER NOT NULL,
    vectors_file TEXT NOT NULL,        -- the FAISS file's name, next to this one
    vectors_digest TEXT NOT NULL,      -- its SHA-256
    published_at REAL NOT NULL,
    digest TEXT NOT NULL               -- SHA-256 of this row, the model's and the language means
);
"""

Grain = Literal["passage", "sentence"]

# Every published passage or sentence with its vector; one without shows as NULL, and is not passed over.
PUBLISHED_VECTORS: Mapping[Grain, str] = {
    "passage": "SELECT p.id, a.language, v.value, v.checksum FROM passage p JOIN article a ON a.id = p.article"
    " LEFT JOIN vector v ON v.model = ? AND v.key = p.key"
    " WHERE a.id IN (SELECT article FROM seed) ORDER BY p.id",
    "sentence": "SELECT s.id, a.language, v.value, v.checksum FROM sentence s JOIN passage p ON p.id = s.passage"
    " JOIN article a ON a.id = p.article LEFT JOIN vector v ON v.model = ? AND v.key = s.key"
    " WHERE a.id IN (SELECT article FROM seed) ORDER BY s.id",
}

Kind = type | tuple[type, ...]

BUSY_SECONDS = 10.0
ROWS_A_QUERY = 500  # SQLite's oldest limit on variables in one statement is 999


@dataclass(frozen=True, slots=True)
class Model:
    """The embedding model that made an index, and what unrelated text looks like to it."""

    id: int
    fingerprint: str
    name: str
    dimension: int
    origin: NDArray[np.float32]  # (dimension,)
    spread: float


@dataclass(frozen=True, slots=True)
class Publication:
    """What readers see now."""

    generation: int
    model: Model
    passages: int
    vectors_file: str
    vectors_digest: str
    published_at: float  # seconds since 1970
    digest: str  # of all this and the language means: two states with the same digest are the same


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article's row, with every path that holds it."""

    id: int
    title: str
    language: str
    text: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredSpan:
    """A passage's or sentence's row; `parent` is its article's or passage's id, `parts` how many sentences it has."""

    id: int
    parent: int
    start: int
    end: int
    key: bytes
    parts: int = 0


def text_key(text: str) -> bytes:
    """Returns the digest under which a text's vector is kept, 16 bytes."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class Snapshot:
    """One consistent state of the database: everything read through it belongs together."""

    def __init__(self, connection: sqlite3.Connection, file: Path) -> None:
        self._connection = connection
        self._file = file

    def publication(self) -> Publication:
        """Returns what is published.

        Raises `NoIndexError` when nothing is, and `IndexDamagedError` when it is not what was written.
        """
        query = (
            "SELECT generation, passages, vectors_file, vectors_digest, published_at, digest, model FROM publication"
        )
        row = next(self._rows(query, (), int, int, str, str, float, str, int), None)
        if row is None:
            raise NoIndexError(_no_index(self._file))
        generation, passages, vectors_file, vectors_digest, published_at, digest, identity = row
        model = self._model("id", identity)
        if model is None:
            raise IndexDamagedError(damaged(self._file, "its model is missing"))
        publication = Publication(generation, model, passages, vectors_file, vectors_digest, published_at, digest)
        if self._publication_digest(publication) != digest:
            raise IndexDamagedError(damaged(self._file, "what is published fails its checksum"))
        return publication

    def language_means(self, grain: Grain) -> dict[str, NDArray[np.float32]]:
        """Returns each published language's mean vector, as it was when this state was published."""
        rows = self._rows("SELECT language, value FROM language_mean WHERE grain = ?", (grain,), str, bytes)
        return {language: np.frombuffer(value, np.float32) for language, value in rows}

    def published_vectors(self, model: int, grain: Grain) -> Iterator[tuple[int, str, NDArray[np.float32]]]:
        """Yields (id, article's language, vector) of every published passage or sentence, by id.

        Raises `IndexDamagedError` when a vector is missing or fails its checksum.
        """
        kinds = (int, str, (bytes, NoneType), (int, NoneType))
        for identity, language, value, checksum in self._rows(PUBLISHED_VECTORS[grain], (model,), *kinds):
            yield identity, language, self._vector(value, checksum)

    def passages(self, ids: Sequence[int]) -> dict[int, StoredSpan]:
        """Returns the passages with these ids."""
        query = "SELECT id, article, start, end, key, sentences FROM passage WHERE id IN ({})"
        rows = self._select(query, ids, (), int, int, int, int, bytes, int)
        return {row[0]: StoredSpan(*row) for row in rows}

    def sentences(self, passages: Sequence[int]) -> list[StoredSpan]:
        """Returns the sentences of these passages, in reading order."""
        query = "SELECT id, passage, start, end, key FROM sentence WHERE passage IN ({})"
        rows = self._select(query, passages, (), int, int, int, int, bytes)
        return sorted((StoredSpan(*row) for row in rows), key=lambda span: span.id)

    def vectors(self, model: int, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """Returns the vectors under these keys. Raises `IndexDamagedError` when one fails its checksum."""
        query = "SELECT key, value, checksum FROM vector WHERE model = ? AND key IN ({})"
        rows = self._select(query, keys, (model,), bytes, bytes, int)
        return {key: self._vector(value, checksum) for key, value, checksum in rows}

    def articles(self, ids: Sequence[int]) -> dict[int, StoredArticle]:
        """Returns the articles with these ids that are published.

        Raises `IndexDamagedError` when one is not what was written.
        """
        paths: dict[int, list[str]] = {}
        query = "SELECT article, path, checksum FROM seed WHERE article IN ({}) ORDER BY path"
        for article, path, checksum in self._select(query, ids, (), int, str, int):
            if _seed_checksum(path, article) != checksum:
                raise IndexDamagedError(damaged(self._file, f"the path {path!r} fails its checksum"))
            paths.setdefault(article, []).append(path)
        found: dict[int, StoredArticle] = {}
        query = "SELECT id, title, language, text, text_digest FROM article WHERE id IN ({})"
        for identity, title, language, text, digest in self._select(query, list(paths), (), int, str, str, str, bytes):
            if _text_digest(title, language, text) != digest:
                raise IndexDamagedError(damaged(self._file, f"the article {paths[identity][0]} fails its checksum"))
            found[identity] = StoredArticle(identity, title, language, text, tuple(paths[identity]))
        return found

    def seeds(self) -> dict[str, tuple[int, bytes]]:
        """Returns every published path with its article's id and digest."""
        rows = self._rows("SELECT path, a.id, a.digest FROM seed JOIN article a ON a.id = article", (), str, int, bytes)
        return {path: (identity, digest) for path, identity, digest in rows}

    def _model(self, column: Literal["id", "fingerprint"], value: int | str) -> Model | None:
        query = {
            "id": "SELECT id, fingerprint, name, dimension, origin, spread FROM model WHERE id = ?",
            "fingerprint": "SELECT id, fingerprint, name, dimension, origin, spread FROM model WHERE fingerprint = ?",
        }[column]
        row = next(self._rows(query, (value,), int, str, str, int, bytes, float), None)
        if row is None:
            return None
        identity, fingerprint, name, dimension, origin, spread = row
        return Model(identity, fingerprint, name, dimension, np.frombuffer(origin, np.float32), spread)

    def _publication_digest(self, publication: Publication) -> str:
        model = publication.model
        parts: list[object] = [publication.generation, publication.passages, publication.published_at]
        parts += [publication.vectors_file, publication.vectors_digest, model.id, model.fingerprint, model.name]
        parts += [model.dimension, model.spread, model.origin.tobytes()]
        query = "SELECT language, grain, value FROM language_mean ORDER BY language, grain"
        for row in self._rows(query, (), str, str, bytes):
            parts += row
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _select(
        self, query: str, values: Sequence[int | bytes], before: tuple[int, ...], *kinds: Kind
    ) -> Iterator[tuple[Any, ...]]:
        for first in range(0, len(values), ROWS_A_QUERY):
            part = values[first : first + ROWS_A_QUERY]
            yield from self._rows(query.format(",".join("?" * len(part))), (*before, *part), *kinds)

    def _rows(self, query: str, values: tuple[object, ...], *kinds: Kind) -> Iterator[tuple[Any, ...]]:
        # A damaged file can hold any kind of value in any column.
        for row in self._connection.execute(query, values):
            if not all(isinstance(value, kind) for value, kind in zip(row, kinds, strict=True)):
                raise IndexDamagedError(damaged(self._file, "a row has a value of the wrong kind"))
            yield row

    def _vector(self, value: bytes | None, checksum: int) -> NDArray[np.float32]:
        if value is None:
            raise IndexDamagedError(damaged(self._file, "a vector is missing"))
        if zlib.crc32(value) != checksum:
            raise IndexDamagedError(damaged(self._file, "a vector fails its checksum"))
        return np.frombuffer(value, np.float16).astype(np.float32)


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
                raise NoIndexError(_no_index(self.file))
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
            # A database in WAL mode needs to write beside itself even to be read. On a medium that cannot be written
            # nobody else writes either, and SQLite may be told so.
            if os.access(self.folder, os.W_OK):
                raise
            return self._open_to_read("mode=ro&immutable=1")

    def _open_to_read(self, mode: str) -> sqlite3.Connection:
        uri = f"file:{quote(str(self.file))}?{mode}"
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
            raise NoIndexError(_no_index(self.file))
        connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except AssistantError:
            raise
        except sqlite3.Error as problem:
            raise _explain(problem, self.file) from problem
        except OSError as problem:
            raise StorageError(
                f"The index in {self.folder} cannot be used: {problem.strerror or problem}. Free space or allow "
                "writing there, then run: assistant rebuild"
            ) from problem


class Writer(Snapshot):
    """Adds content, and publishes it. Every method is one transaction, or safe to repeat after an interruption."""

    def find_damage(self) -> str | None:
        """Checks the file's structure and every checksum; returns what is wrong, or None."""
        verdict = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            return str(verdict)
        query = "SELECT title, language, text, text_digest FROM article"
        for title, language, text, digest in self._rows(query, (), str, str, str, bytes):
            if _text_digest(title, language, text) != digest:
                return "an article fails its checksum"
        for value, checksum in self._rows("SELECT value, checksum FROM vector", (), bytes, int):
            if zlib.crc32(value) != checksum:
                return "a vector fails its checksum"
        for path, article, checksum in self._rows("SELECT path, article, checksum FROM seed", (), str, int, int):
            if _seed_checksum(path, article) != checksum:
                return "a path fails its checksum"
        with contextlib.suppress(NoIndexError):
            self.publication()
        return None

    def find_model(self, fingerprint: str) -> Model | None:
        """Returns the model with this fingerprint, if it was used before."""
        return self._model("fingerprint", fingerprint)

    def add_model(self, fingerprint: str, name: str, origin: NDArray[np.float32], spread: float) -> Model:
        """Adds a model; `origin` is (dimension,)."""
        self._connection.execute(
            "INSERT INTO model (fingerprint, name, dimension, origin, spread) VALUES (?, ?, ?, ?, ?)",
            (fingerprint, name, len(origin), origin.astype(np.float32).tobytes(), spread),
        )
        model = self.find_model(fingerprint)
        assert model is not None
        return model

    def find_article(self, digest: bytes) -> int | None:
        """Returns the id of the article with this digest, published or not."""
        row = self._connection.execute("SELECT id FROM article WHERE digest = ?", (digest,)).fetchone()
        return row and int(row[0])

    def add_article(self, digest: bytes, title: str, language: str, text: str, passages: Iterable[SplitPassage]) -> int:
        """Adds an article with its passages and sentences, all or nothing, and returns its id."""
        with self._transaction():
            article = self._connection.execute(
                "INSERT INTO article (digest, title, language, text, text_digest) VALUES (?, ?, ?, ?, ?)",
                (digest, title, language, text, _text_digest(title, language, text)),
            ).lastrowid
            assert article is not None
            for split in passages:
                passage = self._connection.execute(
                    "INSERT INTO passage (article, start, end, key, sentences) VALUES (?, ?, ?, ?, ?)",
                    (article, split.start, split.end, text_key(text[split.start : split.end]), len(split.sentences)),
                ).lastrowid
                self._connection.executemany(
                    "INSERT INTO sentence (passage, start, end, key) VALUES (?, ?, ?, ?)",
                    (
                        (passage, span.start, span.end, text_key(text[span.start : span.end]))
                        for span in split.sentences
                    ),
                )
        return article

    def missing_characters(self, model: int, articles: Iterable[int]) -> dict[int, int]:
        """Returns, for each of these articles that lacks vectors by this model, how many characters are to embed."""
        rows = self._connection.execute(
            "SELECT article, sum(end - start) FROM (SELECT article, start, end, key FROM passage"
            " UNION ALL SELECT p.article, s.start, s.end, s.key FROM sentence s JOIN passage p ON p.id = s.passage"
            ") spans"
            " WHERE NOT EXISTS (SELECT 1 FROM vector v WHERE v.model = ? AND v.key = spans.key)"
            " GROUP BY article ORDER BY article",
            (model,),
        )
        wanted = set(articles)
        return {article: characters for article, characters in rows if article in wanted}

    def missing_texts(self, model: int, article: int) -> dict[bytes, str]:
        """Returns the texts of an article's passages and sentences that have no vector by this model, by key."""
        (text,) = self._connection.execute("SELECT text FROM article WHERE id = ?", (article,)).fetchone()
        rows = self._connection.execute(
            "SELECT start, end, key FROM (SELECT start, end, key FROM passage WHERE article = :article"
            " UNION ALL SELECT s.start, s.end, s.key FROM sentence s JOIN passage p ON p.id = s.passage"
            " WHERE p.article = :article) spans"
            " WHERE NOT EXISTS (SELECT 1 FROM vector v WHERE v.model = :model AND v.key = spans.key)",
            {"article": article, "model": model},
        )
        return {key: text[start:end] for start, end, key in rows}

    def add_vectors(self, model: int, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Adds vectors, (keys, dimension); one that is there already stays."""
        rows = ((key, np.asarray(vector, np.float16).tobytes()) for key, vector in zip(keys, vectors, strict=True))
        with self._transaction():
            self._connection.executemany(
                "INSERT OR IGNORE INTO vector (model, key, value, checksum) VALUES (?, ?, ?, ?)",
                ((model, key, value, zlib.crc32(value)) for key, value in rows),
            )

    @contextlib.contextmanager
    def publishing(self, seeds: Mapping[str, int]) -> Iterator[None]:
        """Points the seeds at their articles and drops what no seed points to; what is done inside joins in.

        Readers see all of it at once, when the block ends well, or nothing of it.
        """
        with self._transaction():
            self._connection.execute("DELETE FROM seed")
            self._connection.executemany(
                "INSERT INTO seed (path, article, checksum) VALUES (?, ?, ?)",
                ((path, article, _seed_checksum(path, article)) for path, article in seeds.items()),
            )
            self._connection.execute("DELETE FROM article WHERE id NOT IN (SELECT article FROM seed)")
            yield

    def set_language_means(self, grain: Grain, means: Mapping[str, NDArray[np.float32]]) -> None:
        """Replaces the languages' mean vectors; to be called while publishing."""
        self._connection.execute("DELETE FROM language_mean WHERE grain = ?", (grain,))
        self._connection.executemany(
            "INSERT INTO language_mean (language, grain, value) VALUES (?, ?, ?)",
            ((language, grain, mean.astype(np.float32).tobytes()) for language, mean in means.items()),
        )

    def set_publication(self, model: Model, passages: int, vectors_file: str, vectors_digest: str) -> None:
        """Makes the next generation, by this model alone; to be called while publishing, after the language means."""
        (last,) = self._connection.execute("SELECT max(generation) FROM publication").fetchone()
        unsigned = Publication((last or 0) + 1, model, passages, vectors_file, vectors_digest, time.time(), "")
        self._connection.execute(
            "INSERT OR REPLACE INTO publication"
            " (id, generation, model, passages, vectors_file, vectors_digest, published_at, digest)"
            " VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
            (
                unsigned.generation,
                model.id,
                passages,
                vectors_file,
                vectors_digest,
                unsigned.published_at,
                self._publication_digest(unsigned),
            ),
        )
        self._connection.execute("DELETE FROM model WHERE id <> ?", (model.id,))
        self._connection.execute(
            "DELETE FROM vector WHERE key NOT IN (SELECT key FROM passage UNION ALL SELECT key FROM sentence)"
        )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            # A full disk may have rolled the transaction back already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def damaged(file: Path, what: str) -> str:
    """Returns the sentence for a damaged index."""
    return f"The index {file} is damaged: {what}. Build it anew from the seeds with: assistant rebuild"


def _no_index(file: Path) -> str:
    return f"There is no index in {file.parent} yet. Build it with: assistant rebuild"


def _text_digest(title: str, language: str, text: str) -> bytes:
    return hashlib.sha256("\0".join((title, language, text)).encode()).digest()


def _seed_checksum(path: str, article: int) -> int:
    return zlib.crc32(f"{article} {path}".encode())


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
