"""The application → a port: sockets, signals, and an end to patience with clients that neither speak nor listen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import webbrowser
from threading import Timer
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from assistant.errors import PortError
from assistant.interfaces.serving.gate import Gate

PORTS_TO_TRY = 20
CONNECTIONS = 1_000  # at once; more are told to come again
HEADER_SECONDS = 10.0  # until a request has told what it wants
READER_SECONDS = 30.0  # until a client that is sent something takes some of it
DRAIN_SECONDS = 5  # for what is under way when the server is stopped

EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - each is also the loopback's


class PatientProtocol(H11Protocol):
    """HTTP, but for clients that begin a request and do not end it, and for those that do not take what they asked for.

    Neither holds up any work; they would hold connections, of which there are not enough for everybody's.
    """

    _asking: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for a request."""
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """Reads on; a request that is there is waited for no longer."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            _cancel(self._asking)
            self._asking = None
        elif self._asking is None and not self.transport.is_closing():
            self._await_request()

    def pause_writing(self) -> None:
        """Begins to wait for the client to take something."""
        super().pause_writing()
        self._taking = self.loop.call_later(READER_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The client took something."""
        super().resume_writing()
        _cancel(self._taking)

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits for nothing any more."""
        super().connection_lost(exc)
        _cancel(self._asking)
        _cancel(self._taking)

    def _await_request(self) -> None:
        self._asking = self.loop.call_later(HEADER_SECONDS, self.transport.abort)


class _Server(uvicorn.Server):
    """Lets what is under way know that the server stops, before it waits for it."""

    def __init__(self, config: uvicorn.Config, gate: Gate) -> None:
        super().__init__(config)
        self._gate = gate

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._gate.close()
        await super().shutdown(sockets)


def serve(application: Gate, listener: socket.socket, *, browser: bool = False) -> None:
    """Serves until it is interrupted or terminated; tells the address, and opens it if asked to."""
    address = address_of(listener)
    others = _address_for_others(listener)
    if others:
        print(f"Others reach it at {others}, or by this machine's address in numbers", flush=True)  # noqa: T201 - for who starts it
    print(f"The chat is open at {address} (stop it with Ctrl+C)", flush=True)  # noqa: T201
    if browser and _has_screen():
        Timer(1.0, webbrowser.open, [address]).start()
    options: dict[str, Any] = {"http": PatientProtocol, "ws": "none", "lifespan": "on"}
    config = uvicorn.Config(
        application,
        log_level="warning",
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        **options,
    )
    with contextlib.suppress(KeyboardInterrupt):  # how it is meant to be stopped
        _Server(config, application).run(sockets=[listener])


def listen(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """Returns a socket that listens on `port` of `host` (0: any free port), else on one of the next `tries` - 1.

    Raises `PortError` when none of them is free, or the host's name is not this machine's.
    """
    problem: Exception | None = None
    for candidate in range(port, port + tries):
        try:
            return _bound(host, candidate)
        except (OSError, OverflowError) as raised:
            problem = raised
    which = f"The port {port} is" if tries == 1 else f"The ports {port} to {port + tries - 1} are"
    if isinstance(problem, socket.gaierror):
        raise PortError(f"{host} is no address of this machine ({problem.strerror}). Name one with: --host")
    raise PortError(f"{which} not free on {host or 'this machine'}. Name a free one with: --port N")


def address_of(listener: socket.socket) -> str:
    """Returns the address that leads to a socket, for a browser."""
    host, port = listener.getsockname()[:2]
    host = EVERY_ADDRESS.get(host, host)
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _address_for_others(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{socket.gethostname()}:{port}" if host in EVERY_ADDRESS else ""


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(
            (address[0], port, *address[2:])
        )  # which refuses a port that cannot be, as a name's look-up does not
        listener.listen(256)
    except BaseException:
        listener.close()
        raise
    return listener


def _has_screen() -> bool:
    # Without one, `webbrowser` would start a text browser in the terminal of the chat.
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
