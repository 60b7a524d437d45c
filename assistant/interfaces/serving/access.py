"""The settings, a request's credentials → whether it may pass: everybody, or whoever knows the password or token."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from assistant.errors import SettingsError
from assistant.interfaces.serving.attempts import Attempts
from assistant.interfaces.serving.hosts import is_loopback
from assistant.interfaces.serving.sessions import Sessions, session_key
from assistant.settings import Settings

SHORTEST_PASSWORD, SHORTEST_TOKEN = 8, 16  # characters
COOKIE = "assistant_session"

Verdict = Literal["welcome", "stranger", "limited"]
"""May pass; has no credentials that count; has guessed too often, and must wait."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a server. Without a password and a token everybody may who can reach it."""

    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    sessions: Sessions = field(default_factory=lambda: Sessions(b""), repr=False)
    attempts: Attempts = field(default_factory=Attempts, repr=False)

    @property
    def is_open(self) -> bool:
        """Whether nobody has to say who they are."""
        return not (self.password or self.token)

    def judge(self, headers: Mapping[str, str], cookies: Mapping[str, str], address: str) -> Verdict:
        """Tells whether a request with these headers and cookies may pass; a wrong token counts as a guess."""
        if self.is_open or self.sessions.holds(cookies.get(COOKIE, "")):
            return "welcome"
        kind, _, told = headers.get("authorization", "").partition(" ")
        if kind.casefold() != "bearer":
            return "stranger"
        return self._try(told.strip(), self.token or self.password, address)

    def log_in(self, password: str, address: str) -> Verdict:
        """Tells whether a person who gives this password may pass; a wrong one counts as a guess."""
        return "welcome" if self.is_open else self._try(password, self.password or self.token, address)

    def _try(self, given: str, expected: str, address: str) -> Verdict:
        # A token is too long to be guessed, so guesses do not shut out the programs behind the same address; a
        # password is not, so who has guessed too often is not even told whether the last guess was right.
        if self.token and is_same(given, self.token) and expected == self.token:
            return "welcome"
        if self.attempts.wait(address):
            return "limited"
        if is_same(given, expected):
            self.attempts.succeeded(address)
            return "welcome"
        self.attempts.failed(address)
        return "stranger"


def is_same(given: str, expected: str) -> bool:
    """Compares two secrets; how long it takes tells nothing of either."""
    digests = (hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in (given, expected))
    return hmac.compare_digest(*digests)


def open_access(settings: Settings, host: str, key_file: Path) -> Access:
    """Returns who may use a server on `host`; logins are signed with the key in `key_file`, made when missing.

    Raises as `check_access`.
    """
    check_access(settings, host)
    password, token = settings.password.get_secret_value(), settings.token.get_secret_value()
    if not (password or token):
        return Access()
    return Access(password, token, Sessions(session_key(key_file, f"{password}\0{token}")))


def check_access(settings: Settings, host: str) -> None:
    """Raises `SettingsError` when others than this machine could reach a server on `host` and there is no password or
    token; or when one is too short.
    """
    password, token = settings.password.get_secret_value(), settings.token.get_secret_value()
    for name, secret, shortest in (("password", password, SHORTEST_PASSWORD), ("token", token, SHORTEST_TOKEN)):
        if 0 < len(secret) < shortest:
            raise SettingsError(f"The {name} is too short: take {shortest} characters or more.")
    if not (password or token or is_loopback(host)):
        raise SettingsError(
            f"Others than this machine could ask at {host or 'every address'}, so people need a password or programs a "
            "token. Set ASSISTANT_PASSWORD or ASSISTANT_TOKEN in the environment, or password or token in "
            "assistant.toml; or serve on 127.0.0.1."
        )
