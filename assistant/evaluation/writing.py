"""Articles → the seeds of a home; what was measured → files. Nothing that somebody else wrote is changed in a home."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from assistant.errors import EvaluationError
from assistant.evaluation.datasets import ArchiveArticle

UNFINISHED = ".unfinished"  # a name with a dot in front is not indexed


def write_seeds(home: Path, articles: Iterable[ArchiveArticle]) -> None:
    """Writes the articles into `seeds/`, byte for byte; one that is there already is left alone.

    Raises `EvaluationError` when the folder cannot be written, or holds anything but these articles: it may be
    somebody's own home, and what is measured with other articles in it is not this archive.
    """
    seeds = home / "seeds"
    contents = {article.name: article.text.encode() for article in articles}
    try:
        seeds.mkdir(parents=True, exist_ok=True)
        there = {file.relative_to(seeds).as_posix(): file for file in seeds.rglob("*") if not file.is_dir()}
        there.pop(UNFINISHED, None)
        for name, file in sorted(there.items()):
            if file.is_symlink() or not file.is_file() or file.read_bytes() != contents.get(name):
                raise EvaluationError(
                    f"{file} is not as the archive has it. Delete {home} if it was made by an earlier evaluation, or "
                    "name another folder with: --home DIR"
                )
        for name in contents.keys() - there.keys():
            _write_whole(seeds, name, contents[name])
    except OSError as problem:
        raise EvaluationError(
            f"The articles cannot be written into {seeds}: {problem.strerror or problem}"
            f"{f' ({problem.filename})' if problem.filename else ''}. Mend that, or name another folder with: "
            "--home DIR"
        ) from None


def check_target(file: Path, *, suffix: str | None = None) -> Path:
    """Returns the file if it can probably be written; told before the measuring, which may take hours.

    Raises `EvaluationError`.
    """
    if suffix is not None and file.suffix.lower() != suffix:
        raise EvaluationError(f"{file} does not end in {suffix}, the one kind that is drawn. Name it *{suffix}.")
    if file.is_dir():
        raise EvaluationError(f"{file} is a folder. Name a file in it.")
    if not file.parent.is_dir():
        raise EvaluationError(f"There is no folder {file.parent} to write {file.name} into. Make it, or name another.")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise EvaluationError(f"{file} may not be written. Allow it, or name another file with --json and --picture.")
    return file


def write_target(file: Path, content: str) -> None:
    """Writes a result. Raises `EvaluationError`."""
    try:
        file.write_text(content, encoding="utf-8")
    except OSError as problem:
        raise EvaluationError(
            f"{file} cannot be written: {problem.strerror or problem}. Mend that, or name another file."
        ) from None


def _write_whole(seeds: Path, name: str, content: bytes) -> None:
    # Half an article, left by an interruption, would be in the way of the next evaluation.
    file, unfinished = seeds / name, seeds / UNFINISHED
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_bytes(content)
    unfinished.replace(file)
