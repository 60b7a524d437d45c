"""A right password → a signed cookie, and back: who has logged in stays so when the server starts again."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import time
from pathlib import Path

DAYS = 7  # after which one has to log in again
KEY_BYTES = 32


class Sessions:
    """Issues signed sessions and knows its own again. Safe to share among threads."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._ended: dict[str, float] = {}  # those logged out, until they would have ended by themselves

    def issue(self) -> str:
        """Returns a new session: when it ends, a random number, and the signature of both."""
        told = f"{int(time.time()) + DAYS * 86_400}.{secrets.token_urlsafe(16)}"
        return f"{told}.{self._sign(told)}"

    def holds(self, session: str) -> bool:
        """Tells whether this is a session that was issued here, and has neither run out nor been ended."""
        told, _, signature = session.rpartition(".")
        if not hmac.compare_digest(self._sign(told).encode(), signature.encode("utf-8", "replace")):
            return False
        return time.time() < int(told.partition(".")[0]) and session not in self._ended

    def end(self, session: str) -> None:
        """Ends a session for good, as far as this process lives; its signature alone opens nothing any more."""
        if self.holds(session):
            now = time.time()
            self._ended = {ended: until for ended, until in self._ended.items() if until > now}
            self._ended[session] = now + DAYS * 86_400

    def _sign(self, told: str) -> str:
        return hmac.new(self._key, told.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def session_key(file: Path, secret: str) -> bytes:
    """Returns the key that sessions are signed with: the one in `file`, made when missing, mixed with the password.

    Whoever changes the password so ends every session. Where the file cannot be kept, the key lasts as long as the
    process.
    """
    return hmac.new(_kept(file), secret.encode(), hashlib.sha256).digest()


def _kept(file: Path) -> bytes:
    fresh = secrets.token_bytes(KEY_BYTES)
    with contextlib.suppress(OSError):
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            kept = file.read_bytes()
            return kept if len(kept) == KEY_BYTES else fresh
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(fresh)
    return fresh
