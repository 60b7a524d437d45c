"""The door to FAISS: vectors → an index that finds the nearest, as bytes that prove themselves.

The index compares with every vector (`IndexIDMap2` over float16, as the database keeps them; half the bytes of
`IndexFlatIP` and two and a half times its speed) and is derived: whoever finds its file missing or damaged builds it
again from the vectors in the database.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError

FILE_PREFIX, FILE_SUFFIX = "passages-", ".faiss"


class VectorIndex:
    """An immutable index over vectors of one length, each with an id that is never used again."""

    def __init__(self, index: faiss.IndexIDMap2) -> None:
        self._index = index

    @classmethod
    def build(cls, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> VectorIndex:
        """Returns an index of `vectors`, (vectors, dimension), under `ids`, (vectors,), which must differ.

        Raises `ValueError` for shapes that do not fit, ids that repeat, and vectors that are not finite.
        """
        # FAISS checks shapes with `assert` alone, takes an id twice, and keeps a NaN that it never finds.
        if vectors.ndim != 2 or ids.shape != vectors.shape[:1]:
            raise ValueError(f"{ids.shape} ids do not fit vectors of shape {vectors.shape}")
        if len(np.unique(ids)) != len(ids):
            raise ValueError("an id stands for two vectors")
        if not np.isfinite(vectors).all():
            raise ValueError("a vector is not finite")
        index = faiss.IndexIDMap2(
            faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        )
        index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids, np.int64))
        return cls(index)

    @classmethod
    def from_bytes(cls, content: bytes, digest: str) -> VectorIndex:
        """Returns the index in `content`, whose SHA-256 must be `digest`.

        Raises `IndexDamagedError` when it is not: FAISS itself answers wrongly from most damaged files.
        """
        if hashlib.sha256(content).hexdigest() != digest:
            raise IndexDamagedError("the FAISS file is not the one that was written")
        try:
            index = faiss.deserialize_index(np.frombuffer(content, np.uint8))
        except (RuntimeError, MemoryError) as problem:
            raise IndexDamagedError(f"FAISS cannot read its file: {problem}") from problem
        if not isinstance(index, faiss.IndexIDMap2):
            raise IndexDamagedError(f"the FAISS file holds a {type(index).__name__}")
        return cls(index)

    def to_bytes(self) -> bytes:
        """Returns the index as FAISS writes it."""
        content: bytes = faiss.serialize_index(self._index).tobytes()
        return content

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self._index.d)

    def search(
        self, vector: NDArray[np.float32], limit: int, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Returns the ids and inner products of the at most `limit` vectors nearest to `vector`, best first.

        Only vectors whose ids are `among` these are looked at, if they are given. Raises `ValueError` when the vector's
        length is not the index's.
        """
        if vector.shape != (self.dimension,):
            raise ValueError(
                f"a vector of shape {vector.shape} was searched for among vectors of {self.dimension} numbers"
            )
        wanted = min(limit, len(self))
        if wanted == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters = None
        if among is not None:
            parameters = faiss.SearchParameters()
            parameters.sel = faiss.IDSelectorBatch(among)
        scores, ids = self._index.search(np.ascontiguousarray(vector[None], np.float32), wanted, params=parameters)
        found = ids[0] >= 0  # where there are fewer, FAISS says -1
        return ids[0][found], scores[0][found]


def save(index: VectorIndex, folder: Path) -> tuple[str, str]:
    """Writes the index into `folder` and returns the file's name and digest.

    The file is written beside its place, flushed and renamed, so that no one ever sees part of it; its name carries
    its digest, so that no file is ever overwritten by another one. Raises `OSError`.
    """
    content = index.to_bytes()
    digest = hashlib.sha256(content).hexdigest()
    name = f"{FILE_PREFIX}{digest[:16]}{FILE_SUFFIX}"
    handle, path = tempfile.mkstemp(prefix=f".{FILE_PREFIX}", suffix=".writing", dir=folder)
    scratch = Path(path)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.chmod(0o644)
        scratch.replace(folder / name)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    flush_folder(folder)
    return name, digest


def load(folder: Path, name: str, digest: str) -> VectorIndex:
    """Returns the index in the file `name`. Raises `OSError` or `IndexDamagedError`; then it has to be built again."""
    return VectorIndex.from_bytes((folder / name).read_bytes(), digest)


def delete_others(folder: Path, name: str) -> None:
    """Deletes every index file in `folder` but `name`, and what interrupted writing left behind."""
    for file in (*folder.glob(f"{FILE_PREFIX}*{FILE_SUFFIX}"), *folder.glob(f".{FILE_PREFIX}*.writing")):
        if file.name != name:
            file.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Makes the renames in a folder outlive a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
