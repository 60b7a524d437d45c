"""A rebuild's report ↔ `index/last-rebuild.json`: what the last rebuild did, and which files it could not read."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.types import RebuildReport

NAME = "last-rebuild.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class LastRebuild:
    """What the last rebuild did: when it was `finished` (ISO 8601, UTC), how many files, and the `failed` with why."""

    finished: str
    added: int
    changed: int
    removed: int
    unchanged: int
    failed: Mapping[str, str]
    seconds: float


def record(report: RebuildReport, index: Path) -> None:
    """Keeps what is to know of a rebuild. Only people look at it, so a disk that takes no more is no reason to fail."""
    last = LastRebuild(
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        added=len(report.added),
        changed=len(report.changed),
        removed=len(report.removed),
        unchanged=len(report.unchanged),
        failed=dict(report.failed),
        seconds=round(report.seconds, 3),
    )
    file = index / NAME
    waiting = file.with_suffix(".writing")
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)  # an old record would tell lies if the new one cannot be written
        waiting.write_text(json.dumps({"version": VERSION, **asdict(last)}, ensure_ascii=False), encoding="utf-8")
        waiting.replace(file)


def last_rebuild(index: Path) -> LastRebuild | None:
    """Returns what the last rebuild did, or None when that is not known."""
    try:
        kept = json.loads((index / NAME).read_text(encoding="utf-8"))
        if kept.pop("version") != VERSION or not isinstance(kept["failed"], dict):
            return None
        return LastRebuild(**kept)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
