"""The line of those who ask, and those who leave it: nobody starves the others, and nobody is worked for in vain."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import BusyError
from assistant.interfaces.serving import listening
from assistant.interfaces.serving.turnstile import Ticket, Turnstile
from tests.misbehaving_server import Server, serving
from tests.serving_process import Launched, launched

QUESTION = {"question": "When will the harbour of Velmora close?"}


def test_each_client_has_its_turn_however_much_the_others_ask() -> None:
    turnstile = Turnstile(2, 100, 50)
    greedy = [turnstile.join("greedy") for _ in range(10)]
    modest = turnstile.join("modest")
    assert [ticket.admitted.done() for ticket in greedy] == [True] + [False] * 9  # one place is left for others
    assert modest.admitted.done()
    third = turnstile.join("third")
    greedy[0].leave()
    assert third.admitted.done() != greedy[1].admitted.done()
    for ticket in (*greedy, modest, third):
        ticket.leave()
        ticket.leave()
    assert turnstile.counts() == (0, 0)


def test_full_lines_are_told_whose_they_are() -> None:
    turnstile = Turnstile(1, 3, 2)
    tickets = [turnstile.join(client) for client in ("a", "a", "a")]
    with pytest.raises(BusyError, match="2 questions of yours") as problem:
        turnstile.join("a")
    assert problem.value.yours
    tickets.append(turnstile.join("b"))
    with pytest.raises(BusyError, match="3 questions are waiting") as problem:
        turnstile.join("c")
    assert not problem.value.yours
    assert problem.value.retry_after > 0


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), max_size=60), st.integers(1, 4))
def test_never_more_than_allowed_and_nobody_waits_while_there_is_room(
    steps: list[tuple[bool, int]], at_once: int
) -> None:
    turnstile, tickets = Turnstile(at_once, 20, 8), list[Ticket]()
    most = max(1, at_once - 1)
    for joins, which in steps:
        if joins:
            try:
                tickets.append(turnstile.join(str(which)))
            except BusyError:
                continue
        elif tickets:
            tickets.pop(which % len(tickets)).leave()
        running = [ticket.client for ticket in tickets if ticket.admitted.done()]
        waiting = {ticket.client for ticket in tickets if not ticket.admitted.done()}
        assert turnstile.counts()[0] == len(running) <= at_once
        assert all(running.count(client) <= most for client in running)
        assert len(running) == at_once or all(running.count(client) == most for client in waiting)


@pytest.fixture(scope="module")
def model() -> Iterator[Server]:
    """A language model that falls silent in the middle of its reply."""
    with serving("The harbour will close on 3 March [1]. " * 5, "silence") as server:
        yield server


@pytest.fixture(scope="module")
def server(model: Server, newsroom: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    home = tmp_path_factory.mktemp("turns") / "home"
    shutil.copytree(newsroom, home)
    settings = {"ASSISTANT_LLM": "openai:test-model", "ASSISTANT_LLM_ADDRESS": model.address}
    with launched(home, "--no-rebuild", **settings) as server:
        yield server


def _counts(server: Launched) -> dict[str, int]:
    counts: dict[str, int] = httpx.get(f"{server.address}/healthz", verify=False).json()["questions"]
    return counts


def _wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _nobody_is_answered(server: Launched) -> bool:
    return _counts(server) == {"answering": 0, "waiting": 0}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/query", QUESTION),
        ("/v1/chat/completions", {"model": "assistant", "messages": [{"role": "user", "content": "Velmora harbour?"}]}),
        (
            "/v1/chat/completions",
            {"model": "assistant", "stream": True, "messages": [{"role": "user", "content": "Velmora harbour?"}]},
        ),
        (
            "/mcp",
            {
                "jsonrpc": "2.0",
                "id": 1,
                "method": "tools/call",
                "params": {"name": "query", "arguments": QUESTION},
            },
        ),
    ],
    ids=["rest", "openai", "openai stream", "mcp"],
)
def test_who_leaves_is_worked_for_no_longer(
    server: Launched, model: Server, path: str, body: dict[str, object]
) -> None:
    model.hung_up.clear()
    model.asked.clear()
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        content = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
            f"Accept: application/json, text/event-stream\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        client.sendall(head.encode() + content)
        _wait_until(lambda: bool(model.asked))
        assert _counts(server)["answering"] == 1
    assert model.hung_up.wait(10)  # the language model's connection is cut
    _wait_until(lambda: _nobody_is_answered(server))


def test_who_waits_in_line_and_leaves_is_forgotten(server: Launched) -> None:
    async def ask_and_leave() -> None:
        async with httpx.AsyncClient(base_url=server.address, timeout=60, verify=False) as client:
            asking = [asyncio.create_task(client.post("/api/query", json=QUESTION)) for _ in range(8)]
            while (await client.get("/healthz")).json()["questions"]["waiting"] < 4:
                await asyncio.sleep(0.05)
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)

    asyncio.run(ask_and_leave())
    _wait_until(lambda: _nobody_is_answered(server))


def test_connections_that_say_nothing_are_closed_and_hold_up_nobody(server: Launched) -> None:
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    half = silent[50:]
    for connection in half:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.")
    started = time.monotonic()
    assert httpx.get(f"{server.address}/healthz", verify=False).status_code == 200
    assert time.monotonic() - started < 5
    for connection in silent:
        connection.settimeout(listening.HEADER_SECONDS + 10)
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1) == b""
        connection.close()


def test_a_server_that_is_stopped_lets_go_of_what_it_does(server: Launched, model: Server) -> None:
    model.asked.clear()
    with httpx.Client(base_url=server.address, timeout=60, verify=False) as client:
        asking = threading.Thread(target=_ask, args=(client,))
        asking.start()
        _wait_until(lambda: bool(model.asked))
        server.stop()
        asking.join(10)
    assert not asking.is_alive()


def _ask(client: httpx.Client) -> None:
    with contextlib.suppress(httpx.HTTPError):
        client.post("/api/query", json=QUESTION)


def test_a_client_that_takes_nothing_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, with a short patience: the answer is larger than what the network keeps for a client."""
    import uvicorn
    from starlette.responses import StreamingResponse
    from starlette.types import Receive, Scope, Send

    monkeypatch.setattr(listening, "READER_SECONDS", 0.5)
    ended = threading.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        async def pieces() -> object:
            while True:
                yield b"x" * 100_000
                await asyncio.sleep(0)

        try:
            await StreamingResponse(pieces())(scope, receive, send)  # type: ignore[arg-type]
        finally:
            ended.set()

    config = uvicorn.Config(endless, http=listening.PatientProtocol, ws="none", lifespan="off", log_level="error")
    web = uvicorn.Server(config)
    with listening.listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]})
        thread.start()
        with socket.create_connection(listener.getsockname()) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert ended.wait(10)
        web.should_exit = True
        thread.join(10)
    assert not thread.is_alive()
