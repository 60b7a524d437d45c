"""A web address → what lies there, within a size and a time, by way of few redirects, each one checked anew."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from functools import lru_cache
from threading import Timer
from urllib.parse import urljoin

from assistant.errors import LibraryError
from assistant.library.addresses import Target, read_address, resolve

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SECONDS = 20.0
PIECE = 64 * 1024  # bytes

HEADERS = {
    "User-Agent": "article-assistant",
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8,text/markdown;q=0.8",
    "Accept-Encoding": "identity",
    "Connection": "close",
}

# A compressed page is small and what comes out of it need not be, so it is opened piece by piece.
COMPRESSIONS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


@dataclass(frozen=True, slots=True)
class Page:
    """What lay at an address: where it was found in the end, what it says it is, and its bytes."""

    address: str
    kind: str
    encoding: str
    content: bytes


def fetch(address: str, *, largest: int, seconds: float = SECONDS, local: bool = False) -> Page:
    """Returns what lies at a web address: at most `largest` bytes, within `seconds` in all.

    Only machines of the internet are asked, unless `local` ones may be. Raises `LibraryError`.
    """
    deadline = time.monotonic() + seconds
    target = read_address(address)
    for _ in range(MOST_REDIRECTS + 1):
        with _asked(target, deadline, seconds, local) as response:
            if response.status in REDIRECTS and response.headers.get("location"):
                target = read_address(urljoin(target.address, response.headers["location"]))
                continue
            if response.status != 200:
                raise LibraryError(
                    f"{target.host} answers {response.status} {response.reason}. Look whether a browser shows the page."
                )
            content = _content(response, largest)
            if time.monotonic() >= deadline:
                raise TimeoutError
            return _page(target, response.headers, content)
    raise LibraryError(f"{address} leads on and on. Write the address that a browser shows in the end.")


class _Connection(http.client.HTTPConnection):
    """A connection to one numeric address, under the name of the host that was checked to have it."""

    def __init__(self, target: Target, numeric: str, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target, self._numeric = target, numeric
        self.wire: socket.socket | None = None  # for good: the base class forgets its socket with the headers

    def connect(self) -> None:
        """Opens it; there is no second look-up, no proxy."""
        self.sock = socket.create_connection((self._numeric, self._target.port), self.timeout)
        if self._target.scheme == "https":
            self.sock = _trust().wrap_socket(self.sock, server_hostname=self._target.host)
        self.wire = self.sock


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _asked(target: Target, deadline: float, seconds: float, local: bool) -> Iterator[http.client.HTTPResponse]:
    connection = _connect(target, deadline, local)
    # A time-out of a socket begins anew with each byte; who sends them one by one is cut off in time all the same.
    watch = Timer(max(0.0, deadline - time.monotonic()), _cut, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request("GET", target.path, headers=HEADERS)
        yield connection.getresponse()
    except (OSError, ValueError, http.client.HTTPException, zlib.error) as problem:
        if time.monotonic() >= deadline or isinstance(problem, TimeoutError):
            raise LibraryError(f"{target.host} took longer than {seconds:g} seconds. Try again later.") from None
        raise LibraryError(f"{target.host} broke off: {_told(problem)}. Try again later.") from None
    finally:
        watch.cancel()
        connection.close()


def _connect(target: Target, deadline: float, local: bool) -> _Connection:
    last: Exception | None = None
    for numeric in resolve(target, local=local):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        connection = _Connection(target, numeric, left)
        try:
            connection.connect()
        except (OSError, ValueError) as problem:  # a certificate's error is an OSError
            last = problem
            connection.close()
        else:
            return connection
    why = _told(last) if last else "it took too long"
    raise LibraryError(f"{target.host} cannot be reached: {why}. Try again later.")


def _cut(connection: _Connection) -> None:
    if connection.wire:
        with suppress(OSError):
            socket.socket.shutdown(connection.wire, socket.SHUT_RDWR)  # below TLS, which would wait for a farewell


def _content(response: http.client.HTTPResponse, largest: int) -> bytes:
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity", *COMPRESSIONS):
        raise LibraryError(f"The page is packed as {coding}, which cannot be opened. Save it as a file and add that.")
    opened = zlib.decompressobj(COMPRESSIONS[coding]) if coding in COMPRESSIONS else None
    content = bytearray()
    while piece := response.read(PIECE):
        content += opened.decompress(piece, largest + 1) if opened else piece
        if len(content) > largest:
            raise LibraryError(
                f"The page is larger than {largest / 1e6:g} MB, the setting maximum_file_megabytes. Save its text as a "
                "file and add that."
            )
    # A connection that was cut looks like one that came to its end.
    if response.length or (opened and not opened.eof):
        raise http.client.IncompleteRead(b"")
    return bytes(content)


def _page(target: Target, headers: Message, content: bytes) -> Page:
    return Page(target.address, headers.get_content_type(), headers.get_content_charset() or "", content)


def _told(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({problem.verify_message})"
    if isinstance(problem, http.client.IncompleteRead):
        return "the end of the page is missing"
    return str(getattr(problem, "strerror", "") or problem or type(problem).__name__)
