"""`seeds/` → the files in it: regular files only, nothing outside the folder, each left-out file with its reason."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ReadingError

READING_ATTEMPTS = 3

# A file's time is that of the beginning of the last write, to about 10 ms. Read only so many seconds after it, no write
# can still be going on, and one that begins meanwhile shows. (Without, 1 read in 10 of a busy file was half old.)
SETTLING_TIME = 0.1

KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A regular file below `seeds/`; `path` is relative to it, with `/` between its parts."""

    path: str
    file: Path


@dataclass(frozen=True, slots=True)
class Refusal:
    """A path below `seeds/` that is not read, and why. A folder's path ends in `/` and stands for all below it."""

    path: str
    reason: str


def find_seeds(seeds: Path) -> tuple[list[SeedFile], list[Refusal]]:
    """Returns the files below `seeds`, sorted by path, and what was left out.

    Names that start with a dot are the system's and are passed over without a word. A symbolic link is never
    followed: one to a seed is passed over too, since the seed itself is read where it lies.
    """
    root = seeds.resolve()
    found: list[SeedFile] = []
    refused: list[Refusal] = []
    for outcome in _walk(root):
        if isinstance(outcome, SeedFile):
            found.append(outcome)
        else:
            refused.append(outcome)
    return sorted(found, key=lambda seed: seed.path), sorted(refused, key=lambda refusal: refusal.path)


def read_bytes(seed: SeedFile, limit: int) -> bytes:
    """Returns one complete version of the file's bytes.

    Raises `ReadingError` when the file is larger than `limit` bytes, cannot be read, is no regular file any more, or
    is being written to all the time.
    """
    for _ in range(READING_ATTEMPTS):
        try:
            content = _read_once(seed.file, limit)
        except FileNotFoundError:
            raise ReadingError(
                "vanished while the seeds were being read; rebuild again if it should be there"
            ) from None
        except PermissionError:
            raise ReadingError("cannot be read: permission denied; allow reading it and rebuild") from None
        except OSError as problem:
            raise ReadingError(f"cannot be read: {problem.strerror or problem}; mend that and rebuild") from None
        if content is not None:
            return content
    raise ReadingError("keeps changing while it is read; rebuild when nothing writes to it any more")


def _walk(root: Path) -> Iterator[SeedFile | Refusal]:
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = [entry for entry in listing if not entry.name.startswith(".")]
        except OSError as problem:
            reason = f"cannot be listed: {problem.strerror}; allow reading it and rebuild"
            yield Refusal(f"{_relative(folder, root)}/", reason)
            continue
        for entry in entries:
            file = Path(entry.path)
            path = _relative(file, root)
            if path != _printable(path):
                yield Refusal(_printable(path), "has a name that is not valid UTF-8; rename it")
            elif entry.is_symlink():
                obstacle = _why_not_follow(file, root)
                if obstacle:
                    yield Refusal(path, obstacle)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(file)
            elif entry.is_file(follow_symlinks=False):
                yield SeedFile(path, file)
            else:
                yield Refusal(path, f"is {_kind(entry)}, not a file; take it out of seeds/")


def _why_not_follow(link: Path, root: Path) -> str | None:
    try:
        target = link.resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):
        return "is a symbolic link that leads nowhere; put the article itself there"
    except PermissionError:
        return "is a symbolic link to a place that may not be entered; put the article itself there"
    except (OSError, RuntimeError):  # Python 3.11 and 3.12 raise RuntimeError for a circle, later ones OSError
        return "is a symbolic link that leads in a circle; put the article itself there"
    if not target.is_relative_to(root):
        return "is a symbolic link that leads out of seeds/; copy the article there instead"
    if link.is_relative_to(target):
        return "is a symbolic link to a folder above it; delete the link"
    if any(part.startswith(".") for part in target.relative_to(root).parts):
        return "is a symbolic link to something hidden, which is not read; put the article itself there"
    return None


def _read_once(file: Path, limit: int) -> bytes | None:
    # Without O_NONBLOCK, opening a named pipe that took the file's place would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(file, "rb", opener=lambda path, _: os.open(path, flags)) as opened:
        before = os.fstat(opened.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise ReadingError("is no regular file any more; rebuild again")
        if before.st_size > limit:
            raise ReadingError(
                f"is {before.st_size / 1e6:.1f} MB; the limit is {limit / 1e6:g} MB. Split it, or raise the setting "
                "maximum_file_megabytes"
            )
        age = time.time() - before.st_mtime
        if 0 <= age < SETTLING_TIME:
            time.sleep(SETTLING_TIME - age)
        content = opened.read(limit + 1)
        after = os.fstat(opened.fileno())
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(content) == after.st_size
    return content if same else None


def _relative(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()


def _printable(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _kind(entry: os.DirEntry[str]) -> str:
    try:
        return KINDS.get(stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode), "something special")
    except OSError:
        return "something that vanished"
