"""The tables' rows, the digests that prove them, and what is said when they fail."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

from assistant.corpus.provenance import Provenance
from assistant.retrieval.language_space import LanguageSpace


@dataclass(frozen=True, slots=True)
class Model:
    """The embedding model that made an index, and what was measured of it."""

    id: int
    fingerprint: str
    name: str
    dimension: int
    space: LanguageSpace
    checksum: int  # of the space


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
    provenance: Provenance


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


def text_digest(title: str, language: str, provenance: Provenance, text: str) -> bytes:
    """Returns the SHA-256 of all that is shown of an article."""
    shown = (title, language, provenance.date, provenance.outlet, provenance.link, text)
    return hashlib.sha256("\0".join(shown).encode()).digest()


def row_checksum(*values: bytes) -> int:
    """Returns the CRC-32 of a row's values, its key among them: a damaged index may lead to another row's."""
    return zlib.crc32(b"\0".join(values))


@dataclass(frozen=True, slots=True)
class Words:
    """What a passage says, as it is found by: terms with spaces between."""

    words: str
    names: str
    sounds: str


def words_checksum(passage: int, words: Words) -> int:
    """Returns the CRC-32 of a `passage_words` row."""
    return zlib.crc32(f"{passage}\0{words.words}\0{words.names}\0{words.sounds}".encode())


def seed_checksum(path: str, article: int) -> int:
    """Returns the CRC-32 of a `seed` row."""
    return zlib.crc32(f"{article} {path}".encode())


def damaged(file: Path, what: str) -> str:
    """Returns the sentence for a damaged index."""
    return f"The index {file} is damaged: {what}. Build it anew from the seeds with: assistant rebuild"


def no_index(file: Path) -> str:
    """Returns the sentence for an index that is not there."""
    return f"There is no index in {file.parent} yet. Build it with: assistant rebuild"
