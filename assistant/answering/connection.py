"""An address → a connection to it that another thread can end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Connection:
    """The sockets of one call, so that another thread can end a read that would wait for ever."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self.is_cut = False

    def client(self, address: str, kind: Callable[..., Any]) -> Any:
        """Returns a client of this kind, `httpx.Client` or one like it, for one call.

        It does not follow elsewhere, and asks no proxy for what is on this machine.
        """
        return kind(
            follow_redirects=False,
            trust_env=not is_loopback(address),
            event_hooks={"request": [self._watch]},
        )

    def cut(self) -> None:
        """Ends what is being read; later reads fail at once."""
        with self._lock:
            self.is_cut = True
            for opened in self._sockets:
                with suppress(OSError):
                    opened.shutdown(socket.SHUT_RDWR)

    def _watch(self, request: Any) -> None:
        request.extensions["trace"] = self._keep

    def _keep(self, event: str, details: dict[str, Any]) -> None:
        if event != "connection.connect_tcp.complete":
            return
        with self._lock:
            self._sockets.append(details["return_value"].get_extra_info("socket"))
        if self.is_cut:
            self.cut()


def is_loopback(address: str) -> bool:
    """Tells whether an address is on this machine."""
    return host_of(address) in LOOPBACK


def host_of(address: str) -> str:
    """Returns the host of an address, without the rest, which may hold a key."""
    return urlsplit(address).hostname or ""
