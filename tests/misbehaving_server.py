"""A real server on loopback that speaks OpenAI's and Anthropic's ways, and misbehaves on purpose."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Reply = Callable[[list[dict[str, Any]]], str]
"""Given the messages, returns what the model says."""

FAULTS = (
    "hang",
    "slow headers",
    "reset",
    "429",
    "500",
    "503 page",
    "401",
    "404",
    "400",
    "redirect",
    "page",
    "empty",
    "empty body",
    "null content",
    "no choices",
    "bad JSON",
    "garbage",
    "half a character",
    "error event",
    "trickle",
    "silence",
    "cut",
    "cut abruptly",
    "endless",
    "endless in one line",
    "too long",
    "tool call",
)
"""What the server can do wrong; with none of it, it answers well, and if it is "slow", with twenty pieces a second."""


class Server(ThreadingHTTPServer):
    """Answers with `reply`, or misbehaves as `fault` says. `asked` are the requests' bodies; `hung_up` counts the
    callers that went away before the end.
    """

    daemon_threads = True

    def __init__(
        self,
        reply: Reply | str = "",
        fault: str = "",
        models: tuple[str, ...] = ("test-model",),
        port: int = 0,
        certificate: Path | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The greetings are the handler's, in its own thread.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
            self.scheme = "https"
        self.reply: Reply = reply if callable(reply) else lambda _: reply
        self.fault = fault
        self.models = models
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.hung_up = threading.Event()
        self.stopped = threading.Event()

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the base class names them
        self.hung_up.set()


@contextlib.contextmanager
def serving(
    reply: Reply | str = "",
    fault: str = "",
    models: tuple[str, ...] = ("test-model",),
    port: int = 0,
    certificate: Path | None = None,
) -> Iterator[Server]:
    """Runs a server until the block ends; with a certificate (and its key, in PEM), one that speaks TLS."""
    server = Server(reply, fault, models, port, certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class names it
        pass

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.server.headers.append(dict(self.headers))
        if self.server.fault == "hang":
            self.server.stopped.wait(5)
            return
        self._page(200, json.dumps({"object": "list", "data": [{"id": model} for model in self.server.models]}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.paths.append(self.path)
        self.server.asked.append(body)
        self.server.headers.append(dict(self.headers))
        fault = self.server.fault
        if fault.split()[0:1] and fault.split()[0].isdigit():
            self._page(int(fault.split()[0]), "<h1>no</h1>" if "page" in fault else '{"error": {"message": "no"}}')
        elif fault == "hang":
            self._wait(60)
        elif fault == "slow headers":
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
                self.wfile.write(bytes([letter]))
                self._wait(0.05)
        elif fault == "reset":
            self._reset()
        elif fault == "redirect":
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere")
            self.end_headers()
        elif fault == "page":
            self._page(200, "<html><body>It works!</body></html>", "text/html")
        elif fault == "empty body":
            self._page(200, "", "text/event-stream")
        else:
            self._stream(fault, self.server.reply(_messages(body)))

    def _stream(self, fault: str, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.path.endswith("/messages"):
            self._stream_messages(fault, text)
            return
        pieces = _pieces(text)
        if fault == "empty":
            pieces = []
        for at, piece in enumerate(pieces):
            if at == len(pieces) // 2 and self._misbehave(fault):
                return
            if fault == "slow":
                self._wait(0.05)
            self._event({"content": piece})
        finish = "length" if fault == "too long" else "stop"
        self._event({}, finish)
        self._write(b"data: [DONE]\n\n")

    def _misbehave(self, fault: str) -> bool:
        """Goes wrong in the middle; tells whether that was the end."""
        events: dict[str, bytes] = {
            "bad JSON": b'data: {"choices": [{"delta": {"content": "\n\n',
            "garbage": bytes(range(128, 256)) + b"\n\n",
            "half a character": b'data: {"choices": [{"index": 0, "delta": {"content": "\xd0"}}]}\n\n',
            "error event": b'event: error\ndata: {"error": {"message": "overloaded"}}\n\n',
            "no choices": b'data: {"id": "1"}\n\n',
            "null content": b'data: {"choices": [{"index": 0, "delta": {"content": null}, "finish_reason": null}]}\n\n',
            "tool call": b'data: {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "a", "type": '
            b'"function", "function": {"name": "send", "arguments": "{}"}}]}, "finish_reason": "tool_calls"}]}\n\n',
        }
        if fault in events:
            self._write(events[fault])
        elif fault == "silence":
            self._wait(60)
        elif fault == "trickle":
            for _ in range(600):
                self._write(b": wait\n\n")
                self._wait(0.1)
        elif fault == "cut abruptly":
            self._reset()
        elif fault.startswith("endless"):
            filler = "and so on " if fault == "endless in one line" else "And so it goes on [1]. "
            while not self.server.stopped.is_set():
                self._event({"content": filler})
        return fault in events or fault in {"silence", "trickle", "cut", "cut abruptly"} or fault.startswith("endless")

    def _stream_messages(self, fault: str, text: str) -> None:
        start: dict[str, Any] = {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "test"}
        events: list[dict[str, Any]] = [
            {"type": "message_start", "message": start | {"usage": {"input_tokens": 1, "output_tokens": 1}}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            *(
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
                for piece in _pieces(text)
            ),
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
            {"type": "message_stop"},
        ]
        for at, event in enumerate(events):
            if fault == "slow":
                self._wait(0.05)
            elif fault == "silence" and at == len(events) // 2:
                self._wait(60)
                return
            self._write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())

    def _event(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        event = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "test", "choices": [choice]}
        self._write(f"data: {json.dumps(event)}\n\n".encode())

    def _write(self, content: bytes) -> None:
        try:
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:
            self.server.hung_up.set()
            raise

    def _wait(self, seconds: float) -> None:
        """Waits, but no longer than the caller or the test does."""
        until = time.monotonic() + seconds
        self.connection.settimeout(0.05)
        while time.monotonic() < until and not self.server.stopped.is_set():
            with contextlib.suppress(TimeoutError):
                if not self.connection.recv(1):
                    self.server.hung_up.set()
                    raise ConnectionResetError
                return
            if seconds < 1:
                return

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _page(self, status: int, content: str, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Retry-After", "30")
        self.end_headers()
        self.wfile.write(content.encode())


def _messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    system = [{"role": "system", "content": body["system"]}] if body.get("system") else []
    return system + list(body["messages"])


def _pieces(text: str) -> list[str]:
    return [text[at : at + 7] for at in range(0, len(text), 7)]
