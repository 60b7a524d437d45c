"""The door to MCP: calls of tools → the assistant's answers, as text for a language model and as structured content."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Any, TypeVar

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.types import TextContent, Tool, ToolAnnotations
from pydantic import BaseModel, ValidationError

import assistant as package
from assistant.assistant import Assistant
from assistant.errors import QuestionError
from assistant.interfaces.rendering import answer_to_text, hits_to_text, report_to_text
from assistant.interfaces.serving.mcp_models import (
    FoundModel,
    PartModel,
    QueryArguments,
    ReadArguments,
    RebuildArguments,
    SearchArguments,
)
from assistant.interfaces.serving.models import AnswerModel, ReportModel
from assistant.interfaces.serving.problems import invalid
from assistant.interfaces.serving.questions import Asked, Questions
from assistant.library.rebuilds import Rebuilds, told
from assistant.types import Article, Progress

NAME = "article-assistant"
INSTRUCTIONS = (
    "Answers questions from a folder of articles in any language. Use query for an answer made of exact quotes, search "
    "for passages, read_article for a whole text. Cite the path of whatever you use."
)

Arguments = TypeVar("Arguments", bound=BaseModel)
Given = tuple[str, dict[str, Any]]
"""What a tool gives: text for a language model, and the same for a program."""

# How much of a rebuild's time each stage takes, roughly: what comes before it, and the share of its own.
STAGES: Mapping[str, tuple[float, float]] = {
    "reading": (0.0, 0.1),
    "measuring": (0.1, 0.1),
    "embedding": (0.2, 0.75),
    "publishing": (0.95, 0.05),
}


@dataclass(frozen=True, slots=True)
class _Tool:
    title: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    run: Callable[[Any], Awaitable[Given]]
    reads_only: bool = True

    def described(self, name: str) -> Tool:
        hints = ToolAnnotations(readOnlyHint=self.reads_only, destructiveHint=False, openWorldHint=False)
        return Tool(
            name=name,
            title=self.title,
            description=self.takes.__doc__,
            inputSchema=self.takes.model_json_schema(),
            outputSchema=self.gives.model_json_schema(),
            annotations=hints,
        )


class Tools:
    """The tools of one assistant. `server` is what a transport runs; each call is a client's like any other."""

    def __init__(self, assistant: Assistant, questions: Questions, rebuilds: Rebuilds) -> None:
        self._assistant, self._questions, self._rebuilds = assistant, questions, rebuilds
        self._tools: Mapping[str, _Tool] = {
            "query": _Tool("Ask the articles", QueryArguments, AnswerModel, self._query),
            "search": _Tool("Find passages", SearchArguments, FoundModel, self._search),
            "read_article": _Tool("Read an article", ReadArguments, PartModel, self._read_article),
            "rebuild": _Tool("Index what is new", RebuildArguments, ReportModel, self._rebuild, reads_only=False),
        }
        self.server: Server[Any, Any] = Server(NAME, package.__version__, INSTRUCTIONS)
        self.server.list_tools()(self._list)  # type: ignore[no-untyped-call]
        self.server.call_tool(validate_input=False)(self._call)  # pydantic's check has the clearer sentences

    async def _list(self) -> list[Tool]:
        return [tool.described(name) for name, tool in self._tools.items()]

    async def _call(self, name: str, arguments: dict[str, Any]) -> tuple[list[TextContent], dict[str, Any]]:
        tool = self._tools.get(name)
        if tool is None:
            raise QuestionError(f"There is no tool {name[:100]!r}; there are {', '.join(self._tools)}.")
        try:
            read = tool.takes.model_validate(arguments)
        except ValidationError as problem:
            errors = [{**error, "loc": ("arguments", *error["loc"])} for error in problem.errors()]
            raise QuestionError(invalid(errors).message) from None
        text, structured = await tool.run(read)
        return [TextContent(type="text", text=text)], structured

    async def _query(self, read: QueryArguments) -> Given:
        turns = [turn.turn() for turn in read.history]
        asked = Asked(read.question, turns, read.language, read.filters.filters())
        answer = await self._questions.answer(self._client(), asked)
        return answer_to_text(answer, self._assistant.frame(answer.language).understood), answer.to_dict()

    async def _search(self, read: SearchArguments) -> Given:
        hits = await self._questions.search(self._client(), read.question, read.limit, read.filters.filters())
        return hits_to_text(hits), {"question": read.question, "hits": [hit.to_dict() for hit in hits]}

    async def _read_article(self, read: ReadArguments) -> Given:
        article = await anyio.to_thread.run_sync(self._find, read.path)
        text = article.text[read.start : read.start + read.characters]
        part = {
            "path": article.path,
            "title": article.title,
            "language": article.language,
            "date": article.date,
            "outlet": article.outlet,
            "link": article.link,
            "start": read.start,
            "end": read.start + len(text),
            "characters": len(article.text),
            "text": text,
        }
        return text, part

    def _find(self, path: str) -> Article:
        known = next((it for it in self._assistant.articles() if path in (it.path, *it.copies)), None)
        article = self._assistant.article(known.id) if known else None
        if article is None:
            raise QuestionError(f"There is no article {path[:200]!r}. Take a path that query or search names.")
        return article

    async def _rebuild(self, _: RebuildArguments) -> Given:
        loop = asyncio.get_running_loop()
        heard: asyncio.Queue[Progress | None] = asyncio.Queue()
        done = self._rebuilds.start(lambda progress: _call_soon(loop, heard, progress))
        done.add_done_callback(lambda _: _call_soon(loop, heard, None))
        shown = 0.0
        while (progress := await heard.get()) is not None:
            fraction = _fraction(progress)
            if fraction >= shown + 0.01:  # it must grow, and a client need not hear of every file
                shown = fraction
                await self._tell(fraction, told(progress))
        report = done.result()
        return report_to_text(report), report.to_dict()

    async def _tell(self, fraction: float, message: str) -> None:
        context = self.server.request_context
        token = context.meta.progressToken if context.meta else None
        if token is not None:
            await context.session.send_progress_notification(
                token, fraction, 1.0, message, related_request_id=str(context.request_id)
            )

    def _client(self) -> str:
        request = self.server.request_context.request  # none over standard input and output
        return str(request.state.client) if request is not None else "stdio"


async def serve_stdio(assistant: Assistant) -> None:
    """Serves the tools over standard input and output until the input ends. Only messages are written to the output."""
    rebuilds = Rebuilds(assistant)
    questions = Questions(assistant, rebuilds)
    output, sys.stdout = sys.stdout, sys.stderr  # whatever prints, does not print between messages
    try:
        if not assistant.is_built():
            rebuilds.start_in_background()
        tools = Tools(assistant, questions, rebuilds)
        out = anyio.wrap_file(TextIOWrapper(output.buffer, encoding="utf-8"))
        async with stdio_server(stdout=out) as (reading, writing):
            await tools.server.run(reading, writing, tools.server.create_initialization_options())
    finally:
        questions.close()
        sys.stdout = output


def _fraction(progress: Progress) -> float:
    before, share = STAGES.get(progress.stage, (0.0, 0.0))
    return before + share * (progress.done / progress.total if progress.total else 0.0)


def _call_soon(loop: asyncio.AbstractEventLoop, heard: asyncio.Queue[Progress | None], what: Progress | None) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(heard.put_nowait, what)
