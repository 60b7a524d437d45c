"""New content and new states → the database."""

from __future__ import annotations

import contextlib
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assistant.corpus.provenance import UNKNOWN, Provenance
from assistant.corpus.splitting import SplitPassage
from assistant.errors import NoIndexError
from assistant.retrieval.language_space import LanguageSpace
from assistant.retrieval.late_interaction import TokenCodes
from assistant.retrieval.store.rows import (
    Model,
    Publication,
    Words,
    row_checksum,
    seed_checksum,
    text_digest,
    text_key,
    words_checksum,
)
from assistant.retrieval.store.snapshot import Grain, Snapshot

MISSING_PASSAGES = (
    "SELECT article, start, end, key FROM passage p"
    " WHERE (NOT EXISTS (SELECT 1 FROM vector v WHERE v.model = :model AND v.key = p.key)"
    " OR NOT EXISTS (SELECT 1 FROM token_code t WHERE t.model = :model AND t.key = p.key))"
)
# A passage of one sentence gives that sentence its vector.
MISSING_SENTENCES = (
    "SELECT p.article, s.start, s.end, s.key FROM sentence s JOIN passage p ON p.id = s.passage"
    " WHERE s.key <> p.key AND NOT EXISTS (SELECT 1 FROM vector v WHERE v.model = :model AND v.key = s.key)"
)
MISSING_CHARACTERS = (
    f"SELECT article, sum(end - start) FROM ({MISSING_PASSAGES} UNION ALL {MISSING_SENTENCES})"  # noqa: S608
    " GROUP BY article ORDER BY article"
)


class Writer(Snapshot):
    """Adds content, and publishes it. Every method is one transaction, or safe to repeat after an interruption."""

    def find_damage(self) -> str | None:
        """Checks the file's structure, every checksum and every span; returns what is wrong, or None."""
        verdict = self._connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if verdict != "ok":
            return str(verdict)
        return self._find_damaged_article() or self._find_damaged_row()

    def _find_damaged_article(self) -> str | None:
        passages = "SELECT id, start, end, key, sentences FROM passage WHERE article = ?"
        sentences = "SELECT start, end, key FROM sentence WHERE passage = ?"
        articles = "SELECT id, title, language, date, outlet, link, text, text_digest FROM article"
        kinds = (int, str, str, str, str, str, str, bytes)
        for article, title, language, *told, text, digest in self._rows(articles, (), *kinds):
            if text_digest(title, language, Provenance(*told), text) != digest:
                return "an article fails its checksum"
            for passage, *span, parts in self._rows(passages, (article,), int, int, int, bytes, int):
                spans = list(self._rows(sentences, (passage,), int, int, bytes))
                if len(spans) != parts or any(text_key(text[start:end]) != key for start, end, key in (span, *spans)):
                    return "a passage or sentence is not at its place"
        return None

    def _find_damaged_row(self) -> str | None:
        (strays,) = self._connection.execute(
            "SELECT (SELECT count(*) FROM passage WHERE article NOT IN (SELECT id FROM article))"
            " + (SELECT count(*) FROM sentence WHERE passage NOT IN (SELECT id FROM passage))"
            " + (SELECT count(*) FROM seed WHERE article NOT IN (SELECT id FROM article))"
            " + (SELECT count(*) FROM passage WHERE id NOT IN (SELECT passage FROM passage_words))"
            " + (SELECT count(*) FROM passage_words WHERE passage NOT IN (SELECT id FROM passage))"
        ).fetchone()
        if strays:
            return "a row has lost what it belongs to"
        for key, value, checksum in self._rows("SELECT key, value, checksum FROM vector", (), bytes, bytes, int):
            self._vector(key, value, checksum)
        query = "SELECT key, ends, bits, checksum FROM token_code"
        for row in self._rows(query, (), bytes, bytes, bytes, int):
            self._codes(*row)
        for row in self._rows("SELECT * FROM passage_words", (), int, str, str, str, int):
            self._words(*row)
        self._connection.execute("INSERT INTO lexicon (lexicon, rank) VALUES ('integrity-check', 1)")
        for path, article, checksum in self._rows("SELECT path, article, checksum FROM seed", (), str, int, int):
            if seed_checksum(path, article) != checksum:
                return "a path fails its checksum"
        with contextlib.suppress(NoIndexError):
            self.publication()
        return None

    def find_model(self, fingerprint: str) -> Model | None:
        """Returns the model with this fingerprint, if it was used before."""
        return self._model("fingerprint", fingerprint)

    def add_model(self, fingerprint: str, name: str, dimension: int, space: LanguageSpace) -> Model:
        """Adds a model with what was measured of it."""
        content = space.to_bytes()
        self._connection.execute(
            "INSERT INTO model (fingerprint, name, dimension, space, checksum) VALUES (?, ?, ?, ?, ?)",
            (fingerprint, name, dimension, content, zlib.crc32(content)),
        )
        model = self.find_model(fingerprint)
        assert model is not None
        return model

    def find_article(self, digest: bytes) -> int | None:
        """Returns the id of the article with this digest, published or not."""
        row = self._connection.execute("SELECT id FROM article WHERE digest = ?", (digest,)).fetchone()
        return row and int(row[0])

    def add_article(
        self,
        digest: bytes,
        title: str,
        language: str,
        text: str,
        passages: Iterable[tuple[SplitPassage, Words]],
        told: Provenance = UNKNOWN,
    ) -> int:
        """Adds an article with its passages, their sentences and words, all or nothing, and returns its id.

        `told` is what its file says of where it comes from.
        """
        proof = text_digest(title, language, told, text)
        with self._transaction():
            article = self._connection.execute(
                "INSERT INTO article (digest, title, language, date, outlet, link, text, text_digest)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (digest, title, language, told.date, told.outlet, told.link, text, proof),
            ).lastrowid
            assert article is not None
            for split, words in passages:
                passage = self._connection.execute(
                    "INSERT INTO passage (article, start, end, key, sentences) VALUES (?, ?, ?, ?, ?)",
                    (article, split.start, split.end, text_key(text[split.start : split.end]), len(split.sentences)),
                ).lastrowid
                assert passage is not None
                self._connection.executemany(
                    "INSERT INTO sentence (passage, start, end, key) VALUES (?, ?, ?, ?)",
                    (
                        (passage, span.start, span.end, text_key(text[span.start : span.end]))
                        for span in split.sentences
                    ),
                )
                self._connection.execute(
                    "INSERT INTO passage_words (passage, words, names, sounds, checksum) VALUES (?, ?, ?, ?, ?)",
                    (passage, words.words, words.names, words.sounds, words_checksum(passage, words)),
                )
        return article

    def missing_characters(self, model: int, articles: Iterable[int]) -> dict[int, int]:
        """Returns, for each of these articles that lacks vectors by this model, how many characters are to embed."""
        rows = self._connection.execute(
            MISSING_CHARACTERS,
            {"model": model},
        )
        wanted = set(articles)
        return {article: characters for article, characters in rows if article in wanted}

    def missing_passages(self, model: int, article: int) -> dict[bytes, str]:
        """Returns the texts of an article's passages that have no vector or no tokens by this model, by key."""
        return self._missing(f"{MISSING_PASSAGES} AND article = :article", model, article)

    def missing_sentences(self, model: int, article: int) -> dict[bytes, str]:
        """Returns the texts of an article's sentences that have no vector by this model, by key."""
        return self._missing(f"{MISSING_SENTENCES} AND article = :article", model, article)

    def _missing(self, query: str, model: int, article: int) -> dict[bytes, str]:
        (text,) = self._connection.execute("SELECT text FROM article WHERE id = ?", (article,)).fetchone()
        rows = self._connection.execute(query, {"article": article, "model": model})
        return {key: text[start:end] for _, start, end, key in rows}

    def add_vectors(
        self,
        model: int,
        keys: Sequence[bytes],
        vectors: NDArray[np.float32],
        codes: Mapping[bytes, TokenCodes] | None = None,
    ) -> None:
        """Adds vectors, (keys, dimension), and passages' token codes by key, all or nothing; what is there stays."""
        values = [np.asarray(vector, np.float16).tobytes() for vector in vectors]
        with self._transaction():
            self._connection.executemany(
                "INSERT OR IGNORE INTO vector (model, key, value, checksum) VALUES (?, ?, ?, ?)",
                ((model, key, value, row_checksum(key, value)) for key, value in zip(keys, values, strict=True)),
            )
            for key, one in (codes or {}).items():
                ends, bits = one.ends.astype(np.uint16).tobytes(), one.bits.tobytes()
                self._connection.execute(
                    "INSERT OR IGNORE INTO token_code (model, key, ends, bits, checksum) VALUES (?, ?, ?, ?, ?)",
                    (model, key, ends, bits, row_checksum(key, ends, bits)),
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
                ((path, article, seed_checksum(path, article)) for path, article in seeds.items()),
            )
            yield
            self._drop_unused()

    def set_language_means(self, grain: Grain | Literal["token"], means: Mapping[str, NDArray[np.float32]]) -> None:
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

    def sweep(self) -> None:
        """Drops what no seed points to, which a rebuild that was interrupted may have left."""
        with self._transaction():
            self._drop_unused()

    def _drop_unused(self) -> None:
        self._connection.execute("DELETE FROM model WHERE id NOT IN (SELECT model FROM publication)")
        self._connection.execute("DELETE FROM article WHERE id NOT IN (SELECT article FROM seed)")
        self._connection.execute(
            "DELETE FROM vector WHERE key NOT IN (SELECT key FROM passage UNION ALL SELECT key FROM sentence)"
        )
        self._connection.execute("DELETE FROM token_code WHERE key NOT IN (SELECT key FROM passage)")

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
