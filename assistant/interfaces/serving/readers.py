"""A browser → the random key that its reader's conversations belong to, kept in a cookie that scripts cannot read."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from starlette.requests import Request

COOKIE = "assistant_reader"
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_YEAR = 365 * 86_400  # seconds


def reader_of(cookies: Mapping[str, str]) -> str:
    """Returns the reader's key in a request's cookies; empty when there is none, as with programs."""
    key = cookies.get(COOKIE, "")
    return key if _KEY.fullmatch(key) else ""


def new_reader() -> str:
    """Returns a key that nobody can guess (256 bits)."""
    return secrets.token_urlsafe(32)


def cookie(name: str, value: str, *, seconds: int = _YEAR, secure: bool) -> str:
    """Returns a `Set-Cookie` header that no script and no other site's request gets hold of."""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict" + ("; Secure" if secure else "")


def client_of(request: Request | None) -> str:
    """Returns by what a client is told from others in the line of those who ask: its reader, else its address."""
    if request is None:
        return ""
    return reader_of(request.cookies) or address_of(request)


def address_of(request: Request) -> str:
    """Returns the address a request comes from; a reverse proxy on this machine tells it for its clients."""
    return request.client.host if request.client else ""
