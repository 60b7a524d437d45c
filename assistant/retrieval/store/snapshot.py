"""The database → what a question needs of it. A row that fails its proof is an error, never an answer."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import NoneType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assistant.corpus.provenance import Provenance
from assistant.errors import IndexDamagedError, NoIndexError
from assistant.retrieval.language_space import LanguageSpace
from assistant.retrieval.late_interaction import TokenCodes
from assistant.retrieval.store.rows import (
    Model,
    Publication,
    StoredArticle,
    StoredSpan,
    Words,
    damaged,
    no_index,
    row_checksum,
    seed_checksum,
    text_digest,
    words_checksum,
)

Grain = Literal["passage", "sentence"]
Lexicon = Literal["words", "names"]

# Every published passage or sentence with its vector; one without shows as NULL, and is not passed over.
PUBLISHED_VECTORS: Mapping[Grain, str] = {
    "passage": "SELECT p.id, a.language, p.key, v.value, v.checksum FROM passage p JOIN article a ON a.id = p.article"
    " LEFT JOIN vector v ON v.model = ? AND v.key = p.key"
    " WHERE a.id IN (SELECT article FROM seed) ORDER BY p.id",
    "sentence": "SELECT s.id, a.language, s.key, v.value, v.checksum FROM sentence s JOIN passage p ON p.id = s.passage"
    " JOIN article a ON a.id = p.article LEFT JOIN vector v ON v.model = ? AND v.key = s.key"
    " WHERE a.id IN (SELECT article FROM seed) ORDER BY s.id",
}

Kind = type | tuple[type, ...]

# JSON brings any number of ids in one variable.
SAYING_IN_ARTICLES = (
    "SELECT rowid FROM lexicon WHERE lexicon MATCH ? AND rowid IN (SELECT id FROM passage WHERE article IN"
    " (SELECT value FROM json_each(?))) ORDER BY rank LIMIT ?"
)

ROWS_A_QUERY = 500  # SQLite's oldest limit on variables in one statement is 999


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
            raise NoIndexError(no_index(self._file))
        generation, passages, vectors_file, vectors_digest, published_at, digest, identity = row
        model = self._model("id", identity)
        if model is None:
            raise IndexDamagedError(damaged(self._file, "its model is missing"))
        publication = Publication(generation, model, passages, vectors_file, vectors_digest, published_at, digest)
        if self._publication_digest(publication) != digest:
            raise IndexDamagedError(damaged(self._file, "what is published fails its checksum"))
        return publication

    def language_means(self, grain: Grain | Literal["token"]) -> dict[str, NDArray[np.float32]]:
        """Returns each published language's mean vector, as it was when this state was published."""
        rows = self._rows("SELECT language, value FROM language_mean WHERE grain = ?", (grain,), str, bytes)
        return {language: np.frombuffer(value, np.float32) for language, value in rows}

    def published_vectors(self, model: int, grain: Grain) -> Iterator[tuple[int, str, NDArray[np.float32]]]:
        """Yields (id, article's language, vector) of every published passage or sentence, by id.

        Raises `IndexDamagedError` when a vector is missing or fails its checksum.
        """
        kinds = (int, str, bytes, (bytes, NoneType), (int, NoneType))
        for identity, language, key, value, checksum in self._rows(PUBLISHED_VECTORS[grain], (model,), *kinds):
            yield identity, language, self._vector(key, value, checksum)

    def passages(self, ids: Sequence[int]) -> dict[int, StoredSpan]:
        """Returns the passages with these ids."""
        query = "SELECT id, article, start, end, key, sentences FROM passage WHERE id IN ({})"
        rows = self._select(query, 0, ids, (), int, int, int, int, bytes, int)
        return {row[0]: StoredSpan(*row) for row in rows}

    def sentences(self, passages: Sequence[int]) -> list[StoredSpan]:
        """Returns the sentences of these passages."""
        query = "SELECT id, passage, start, end, key FROM sentence WHERE passage IN ({})"
        rows = self._select(query, 1, passages, (), int, int, int, int, bytes)
        return [StoredSpan(*row) for row in rows]

    def vectors(self, model: int, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """Returns the vectors under these keys. Raises `IndexDamagedError` when one fails its checksum."""
        query = "SELECT key, value, checksum FROM vector WHERE model = ? AND key IN ({})"
        rows = self._select(query, 0, keys, (model,), bytes, bytes, int)
        return {key: self._vector(key, value, checksum) for key, value, checksum in rows}

    def token_codes(self, model: int, keys: Sequence[bytes]) -> dict[bytes, TokenCodes]:
        """Returns the token codes under these keys. Raises `IndexDamagedError` when one fails its checksum."""
        query = "SELECT key, ends, bits, checksum FROM token_code WHERE model = ? AND key IN ({})"
        rows = self._select(query, 0, keys, (model,), bytes, bytes, bytes, int)
        return {key: self._codes(key, ends, bits, checksum) for key, ends, bits, checksum in rows}

    def sampled_token_codes(self, model: int, limit: int) -> dict[str, list[TokenCodes]]:
        """Returns, by language, the token codes of at most `limit` published passages, drawn by their digests."""
        query = (
            "SELECT language, key, ends, bits, checksum FROM (SELECT a.language, t.key, t.ends, t.bits, t.checksum,"
            " row_number() OVER (PARTITION BY a.language ORDER BY p.key, p.id) AS place FROM passage p"
            " JOIN article a ON a.id = p.article JOIN token_code t ON t.model = ? AND t.key = p.key"
            " WHERE a.id IN (SELECT article FROM seed)) WHERE place <= ? ORDER BY language, place"
        )
        codes: dict[str, list[TokenCodes]] = {}
        for language, *row in self._rows(query, (model, limit), str, bytes, bytes, bytes, int):
            codes.setdefault(language, []).append(self._codes(*row))
        return codes

    def words_of(self, passages: Sequence[int]) -> dict[int, Words]:
        """Returns these passages' words. Raises `IndexDamagedError` when a row fails its checksum."""
        query = "SELECT passage, words, names, sounds, checksum FROM passage_words WHERE passage IN ({})"
        rows = self._select(query, 0, passages, (), int, str, str, str, int)
        return {row[0]: self._words(*row) for row in rows}

    def passages_saying(
        self, lexicon: Lexicon, terms: Collection[str], limit: int, articles: Collection[int] | None = None
    ) -> list[int]:
        """Returns the at most `limit` published passages that say most of the terms, the rare ones first (BM25).

        Only passages of `articles` are looked at, if they are given.
        """
        if not terms:
            return []
        wanted = " OR ".join(f'"{term}"' for term in terms)  # terms are letters and digits: nothing to escape
        match = f"{lexicon} : ({wanted})"
        if articles is None:
            query = "SELECT rowid FROM lexicon WHERE lexicon MATCH ? ORDER BY rank LIMIT ?"
            found = self._rows(query, (match, limit), int)
        else:
            found = self._rows(SAYING_IN_ARTICLES, (match, json.dumps(sorted(articles)), limit), int)
        ids = [identity for (identity,) in found]
        published = "SELECT id FROM passage WHERE id IN ({}) AND article IN (SELECT article FROM seed)"
        kept = {identity for (identity,) in self._select(published, 0, ids, (), int)}
        return [identity for identity in ids if identity in kept]

    def words_counted(self, words: Collection[str]) -> dict[str, int]:
        """Returns how many passages say each of the words; a word that none says is not there."""
        query = "SELECT term, doc FROM lexicon_terms WHERE term = ? AND col = 'words'"
        counts: dict[str, int] = {}
        for word in words:  # one at a time: the vocabulary finds one term quickly, and a list by reading all
            counts |= dict(self._rows(query, (word,), str, int))
        return counts

    def names_counted(self) -> dict[str, int]:
        """Returns every name that some passage says, and how many do."""
        return dict(self._rows("SELECT term, doc FROM lexicon_terms WHERE col = 'names'", (), str, int))

    def articles(self, ids: Sequence[int]) -> dict[int, StoredArticle]:
        """Returns the articles with these ids that are published.

        Raises `IndexDamagedError` when one is not what was written.
        """
        paths: dict[int, list[str]] = {}
        query = "SELECT article, path, checksum FROM seed WHERE article IN ({}) ORDER BY path"
        for article, path, checksum in self._select(query, 0, ids, (), int, str, int):
            if seed_checksum(path, article) != checksum:
                raise IndexDamagedError(damaged(self._file, f"the path {path!r} fails its checksum"))
            paths.setdefault(article, []).append(path)
        found: dict[int, StoredArticle] = {}
        query = "SELECT id, title, language, date, outlet, link, text, text_digest FROM article WHERE id IN ({})"
        kinds = (int, str, str, str, str, str, str, bytes)
        for identity, title, language, *told, text, digest in self._select(query, 0, list(paths), (), *kinds):
            provenance = Provenance(*told)
            if text_digest(title, language, provenance, text) != digest:
                raise IndexDamagedError(damaged(self._file, f"the article {paths[identity][0]} fails its checksum"))
            found[identity] = StoredArticle(identity, title, language, text, tuple(paths[identity]), provenance)
        return found

    def passages_counted(self) -> dict[int, int]:
        """Returns how many passages each published article has."""
        query = "SELECT article, count(*) FROM passage WHERE article IN (SELECT article FROM seed) GROUP BY article"
        return dict(self._rows(query, (), int, int))

    def passages_of(self, articles: Collection[int]) -> NDArray[np.int64]:
        """Returns the ids of these articles' passages, in order."""
        query = "SELECT id FROM passage WHERE article IN (SELECT value FROM json_each(?)) ORDER BY id"
        found = self._rows(query, (json.dumps(sorted(articles)),), int)
        return np.fromiter((identity for (identity,) in found), np.int64)

    def seeds(self) -> dict[str, tuple[int, bytes]]:
        """Returns every published path with its article's id and digest."""
        rows = self._rows("SELECT path, a.id, a.digest FROM seed JOIN article a ON a.id = article", (), str, int, bytes)
        return {path: (identity, digest) for path, identity, digest in rows}

    def _model(self, column: Literal["id", "fingerprint"], value: int | str) -> Model | None:
        query = {
            "id": "SELECT id, fingerprint, name, dimension, space, checksum FROM model WHERE id = ?",
            "fingerprint": "SELECT id, fingerprint, name, dimension, space, checksum FROM model WHERE fingerprint = ?",
        }[column]
        row = next(self._rows(query, (value,), int, str, str, int, bytes, int), None)
        if row is None:
            return None
        identity, fingerprint, name, dimension, space, checksum = row
        if zlib.crc32(space) != checksum:
            raise IndexDamagedError(damaged(self._file, "its model's measures fail their checksum"))
        return Model(identity, fingerprint, name, dimension, LanguageSpace.from_bytes(space), checksum)

    def _publication_digest(self, publication: Publication) -> str:
        model = publication.model
        parts: list[object] = [publication.generation, publication.passages, publication.published_at]
        parts += [publication.vectors_file, publication.vectors_digest, model.id, model.fingerprint, model.name]
        parts += [model.dimension, model.checksum]
        query = "SELECT language, grain, value FROM language_mean ORDER BY language, grain"
        for row in self._rows(query, (), str, str, bytes):
            parts += row
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _select(
        self, query: str, column: int, values: Sequence[int | bytes], before: tuple[int, ...], *kinds: Kind
    ) -> Iterator[tuple[Any, ...]]:
        # A damaged index of a table leads to other rows than those that were asked for by this column.
        for first in range(0, len(values), ROWS_A_QUERY):
            part = values[first : first + ROWS_A_QUERY]
            wanted = set(part)
            for row in self._rows(query.format(",".join("?" * len(part))), (*before, *part), *kinds):
                if row[column] not in wanted:
                    raise IndexDamagedError(damaged(self._file, "a row is not where it should be"))
                yield row

    def _rows(self, query: str, values: tuple[object, ...], *kinds: Kind) -> Iterator[tuple[Any, ...]]:
        # A damaged file can hold any kind of value in any column.
        expected = list(kinds)
        for row in self._connection.execute(query, values):
            if list(map(type, row)) == expected:  # which is quick, and nearly always so
                yield row
                continue
            if not all(isinstance(value, kind) for value, kind in zip(row, kinds, strict=True)):
                raise IndexDamagedError(damaged(self._file, "a row has a value of the wrong kind"))
            yield row

    def _vector(self, key: bytes, value: bytes | None, checksum: int) -> NDArray[np.float32]:
        if value is None:
            raise IndexDamagedError(damaged(self._file, "a vector is missing"))
        if row_checksum(key, value) != checksum:
            raise IndexDamagedError(damaged(self._file, "a vector fails its checksum"))
        return np.frombuffer(value, np.float16).astype(np.float32)

    def _words(self, passage: int, words: str, names: str, sounds: str, checksum: int) -> Words:
        said = Words(words, names, sounds)
        if words_checksum(passage, said) != checksum:
            raise IndexDamagedError(damaged(self._file, "a passage's words fail their checksum"))
        return said

    def _codes(self, key: bytes, ends: bytes, bits: bytes, checksum: int) -> TokenCodes:
        if row_checksum(key, ends, bits) != checksum:
            raise IndexDamagedError(damaged(self._file, "a passage's tokens fail their checksum"))
        places = np.frombuffer(ends, np.uint16)
        return TokenCodes(places, np.frombuffer(bits, np.uint8).reshape(len(places), -1 if len(places) else 0))
