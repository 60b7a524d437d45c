"""Pieces of a file as a browser sends them → the whole file, in memory, within limits.

A request to the server may be small only, and a name that a browser gives for a file on this machine is not to be
trusted: so files come in pieces, and as bytes.
"""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass, field
from threading import Lock

from assistant.errors import LibraryError

FORGOTTEN_AFTER = 120.0  # seconds without a piece
MOST_AT_A_TIME = 8  # files, each up to the settings' size


@dataclass(slots=True)
class _Upload:
    content: bytearray = field(default_factory=bytearray)
    seen: float = 0.0


class Uploads:
    """The files that are on their way. Safe to share among threads."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._lock = Lock()
        self._waiting: dict[str, _Upload] = {}

    def take(self, key: str, number: int, piece: str, *, last: bool) -> bytes | None:
        """Takes a piece (base64), counted from 0, and returns the file with the last one, else None.

        Raises `LibraryError` when the file grows too large, or is none that was begun.
        """
        try:
            content = base64.b64decode(piece, validate=True)
        except (ValueError, binascii.Error):
            raise LibraryError("The file did not arrive whole. Choose it again.") from None
        with self._lock:
            upload = self._find(key, number)
            upload.content += content
            upload.seen = time.monotonic()
            if len(upload.content) > self._largest:
                del self._waiting[key]
                raise LibraryError(
                    f"The file is larger than {self._largest / 1e6:g} MB, the setting maximum_file_megabytes. Split it."
                )
            if last:
                del self._waiting[key]
        return bytes(upload.content) if last else None

    def _find(self, key: str, number: int) -> _Upload:
        now = time.monotonic()
        self._waiting = {
            other: upload for other, upload in self._waiting.items() if now - upload.seen < FORGOTTEN_AFTER
        }
        if number == 0:
            if len(self._waiting) >= MOST_AT_A_TIME:
                raise LibraryError("Too many files are on their way. Wait a moment, then choose it again.")
            self._waiting[key] = _Upload()
        if key not in self._waiting:
            raise LibraryError("The file did not arrive whole. Choose it again.")
        return self._waiting[key]
