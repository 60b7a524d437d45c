"""Bytes and a name → a new file in `seeds/`, whole or not at all; a file that is not wanted → `trash/`."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from assistant.corpus.files import find_seeds
from assistant.errors import LibraryError
from assistant.library.naming import numbered

MOST_OF_ONE_NAME = 10_000


def place(content: bytes, name: str, seeds: Path) -> str:
    """Writes a file of this name, or with a number behind it if there is one, and returns the path it got.

    Nothing is ever overwritten, and nobody sees half a file. Raises `LibraryError` when it cannot be written.
    """
    with _explained(seeds):
        # A name that starts with a dot is none of the seeds', so a rebuild never reads what is still being written.
        waiting = seeds / f".adding-{secrets.token_hex(8)}"
        try:
            _write(waiting, content)
            return _publish(waiting, name, seeds)
        finally:
            waiting.unlink(missing_ok=True)


def find_same(content: bytes, seeds: Path) -> str | None:
    """Returns the path of a seed that holds the very same bytes, or None. Only files of the same size are read."""
    for seed in find_seeds(seeds)[0]:
        with contextlib.suppress(OSError):  # one that cannot be read is not known to be the same
            if seed.file.stat().st_size == len(content) and seed.file.read_bytes() == content:
                return seed.path
    return None


def throw_away(path: str, seeds: Path, trash: Path) -> Path:
    """Moves a seed into a new folder of the trash, under its own path, and returns where it lies now.

    Raises `LibraryError` when there is no such seed, or it cannot be moved.
    """
    file = _seed(path, seeds)
    with _explained(trash):
        trash.mkdir(exist_ok=True)
        kept = _new_folder(trash) / PurePosixPath(path)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file, kept)
    return kept


def _write(file: Path, content: bytes) -> None:
    with file.open("xb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _publish(waiting: Path, name: str, seeds: Path) -> str:
    for number in range(1, MOST_OF_ONE_NAME):
        target = seeds / numbered(name, number)
        try:
            _link(waiting, target)
        except FileExistsError:
            continue
        return target.name
    raise LibraryError(f"There are too many files named {name}. Give it another name.")


def _link(waiting: Path, target: Path) -> None:
    """Gives a file its name; unlike a rename, a link refuses one that is taken, even if it was taken just now."""
    try:
        os.link(waiting, target)
    except FileExistsError:
        raise
    except OSError:  # some file systems have no links: there the name is taken first, and filled at once
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        waiting.replace(target)


def _seed(path: str, seeds: Path) -> Path:
    parts = PurePosixPath(path).parts
    root = seeds.resolve()
    file = root.joinpath(*parts)
    hidden = (
        not parts or "\0" in path or any(part.startswith(".") for part in parts) or PurePosixPath(path).is_absolute()
    )
    try:
        there = not hidden and file.is_file() and file.resolve() == file  # nothing is reached through a link
    except OSError:  # a name that no file can have
        there = False
    if not there:
        raise LibraryError(f"There is no file {path} in seeds/ (any more).")
    return file


def _new_folder(trash: Path) -> Path:
    day = datetime.now(UTC).strftime("%Y-%m-%d %H%M%S")
    for number in range(1, MOST_OF_ONE_NAME):
        folder = trash / numbered(day, number)
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise LibraryError(f"{trash} is full of folders. Empty it.")


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise LibraryError(
            f"{folder} cannot be written: {problem.strerror or problem}. Make room or allow writing there, then try "
            "again."
        ) from None
