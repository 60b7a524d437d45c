"""An address → a connection to it that another thread can end."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Connection:
    """The sockets of one call, so that another thread can end a read that would wait for ever.

    Each is a second handle on the client's: TLS takes the first one away from whoever held it, and until its greetings
    are over there is none for the new one. Both lead to the same connection.
    """

    def __init__(self) -> None:
        self._handles: list[socket.socket] = []
        self._lock = threading.Lock()
        self.is_cut = False

    def client(self, address: str, kind: Callable[..., Any]) -> Any:
        """Returns a client of this kind, `httpx.Client` or one like it, for one call.

        It does not follow elsewhere, and asks no proxy for what is on this machine. `$SSL_CERT_FILE` names the
        certificates to trust, as for every address.
        """
        options: dict[str, Any] = {"trust_env": not is_loopback(address)}
        if is_loopback(address) and os.environ.get("SSL_CERT_FILE"):
            options["verify"] = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
        return kind(follow_redirects=False, event_hooks={"request": [self._watch]}, **options)

    def cut(self) -> None:
        """Ends what is being read or opened; later reads fail at once."""
        with self._lock:
            self.is_cut = True
            for handle in self._handles:
                with suppress(OSError):
                    handle.shutdown(socket.SHUT_RDWR)
                handle.close()
            self._handles.clear()

    def _watch(self, request: Any) -> None:
        request.extensions["trace"] = self._keep

    def _keep(self, event: str, details: dict[str, Any]) -> None:
        if not event.endswith("connect_tcp.complete"):
            return
        with self._lock:
            self._handles.append(details["return_value"].get_extra_info("socket").dup())
        if self.is_cut:
            self.cut()


def is_loopback(address: str) -> bool:
    """Tells whether an address is on this machine."""
    return host_of(address) in LOOPBACK


def host_of(address: str) -> str:
    """Returns the host of an address, without the rest, which may hold a key."""
    return urlsplit(address).hostname or ""
