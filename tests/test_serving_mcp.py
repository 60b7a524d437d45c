"""The official MCP client, over standard input and output and over HTTP."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from assistant import Assistant, Turn
from assistant.interfaces.rendering import answer_to_text
from tests.serving_process import Launched, launched

HARBOUR, FOLLOW_UP = "When will the harbour of Velmora close?", "and Ilse Brandoval?"


@pytest.fixture(scope="module")
def home(newsroom: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("mcp") / "home"
    shutil.copytree(newsroom, copied)
    return copied


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Launched]:
    with launched(home, "--no-rebuild") as server:
        yield server


@asynccontextmanager
async def _connected(home: Path, server: Launched | None) -> AsyncIterator[ClientSession]:
    if server is None:
        command = ["-m", "assistant", "mcp", "--home", str(home)]
        parameters = StdioServerParameters(command=sys.executable, args=command, env=dict(os.environ))
        async with stdio_client(parameters) as (reading, writing), ClientSession(reading, writing) as session:
            await session.initialize()
            yield session
    else:
        async with (
            streamable_http_client(f"{server.address}/mcp") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            yield session


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_a_client_uses_every_tool(home: Path, server: Launched, transport: str) -> None:
    assistant = Assistant.open(home)
    told: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async def use() -> None:
        async with _connected(home, server if transport == "http" else None) as session:
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            assert set(tools) == {"query", "search", "read_article", "rebuild"}
            for tool in tools.values():
                assert tool.description
                assert tool.inputSchema["additionalProperties"] is False
                assert tool.outputSchema  # by which the client checks what it gets
            answer = assistant.query(HARBOUR)
            answered = await session.call_tool("query", {"question": HARBOUR})
            assert answered.structuredContent == answer.to_dict()
            assert _text(answered) == answer_to_text(answer)
            completed = await session.call_tool(
                "query", {"question": FOLLOW_UP, "history": [{"question": HARBOUR}], "filters": {"languages": ["en"]}}
            )
            assert completed.structuredContent is not None
            assert completed.structuredContent["understood"] == assistant.query(FOLLOW_UP, [Turn(HARBOUR)]).understood
            found = await session.call_tool("search", {"question": HARBOUR, "limit": 2})
            assert found.structuredContent is not None
            assert next(hit["path"] for hit in found.structuredContent["hits"]) == "harbour.en.txt"
            citation = answer.citations[0]
            read = await session.call_tool(
                "read_article",
                {"path": citation.article.path, "start": citation.start, "characters": len(citation.quote)},
            )
            assert _text(read) == citation.quote
            assert (read.structuredContent or {})["characters"] == len(citation.article.text)
            (home / "seeds" / f"{transport}.txt").write_text(f"Pier sold\n\nThe pier of {transport} was sold.")
            rebuilt = await session.call_tool("rebuild", {}, progress_callback=hear)
            assert (rebuilt.structuredContent or {})["added"] == [f"{transport}.txt"], rebuilt
            again = await session.call_tool("read_article", {"path": f"{transport}.txt"})
            assert _text(again).endswith("was sold.")

    asyncio.run(use())
    fractions = [progress for progress, _, _ in told]
    assert fractions == sorted(set(fractions))
    assert fractions[-1] == 1.0
    assert {message.partition(",")[0] for _, _, message in told if message} >= {"embedding", "publishing"}


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("query", {}, "The field question is missing."),
        ("query", {"question": "?"}, "The question is empty"),
        ("query", {"question": "what?", "k": 3}, "There is no field k."),
        ("query", {"question": "what?", "filters": {"since": "soon"}}, "The filter since is a date"),
        ("search", {"question": "what?", "limit": 0}, "The field limit is wrong"),
        ("read_article", {"path": "../assistant.toml"}, "There is no article '../assistant.toml'"),
        ("erase", {}, "There is no tool 'erase'"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    home: Path, server: Launched, tool: str, arguments: dict[str, Any], words: str
) -> None:
    async def call() -> CallToolResult:
        async with _connected(home, server) as session:
            return await session.call_tool(tool, arguments)

    result = asyncio.run(call())
    assert result.isError
    assert words in _text(result)
