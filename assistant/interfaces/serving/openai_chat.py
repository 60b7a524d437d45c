"""OpenAI's chat completions → an answer in their form, at once or as a stream; its citations come along as a field."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.interfaces.rendering import answer_to_text
from assistant.interfaces.serving.openai_models import MODEL, ChatRequest
from assistant.interfaces.serving.problems import NOT_FOUND, Problem, problem_of
from assistant.interfaces.serving.questions import Questions
from assistant.interfaces.serving.rest import ERRORS, while_connected
from assistant.types import QUOTING_WRITER, Answer

Answers = AsyncGenerator[Answer | None, None]

USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}  # nothing is counted, nothing is billed
BEATS = 20  # silent heartbeats (10 seconds) until a comment keeps the connection from being taken for dead


@dataclass(frozen=True, slots=True)
class _Completion:
    """One completion: what all its chunks have in common."""

    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def of(self, kind: str, choices: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": MODEL,
            "choices": choices,
            **more,
        }

    def chunk(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self.of("chat.completion.chunk", [choice], **more)


def openai_routes(assistant: Assistant, questions: Questions) -> APIRouter:
    """Returns the paths below `/v1`."""
    routes = APIRouter(responses=ERRORS, tags=["OpenAI-compatible"])
    model = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": "article-assistant"}

    @routes.get("/v1/models", summary="The model there is")
    async def models() -> JSONResponse:
        """Lists the one model: the articles."""
        return JSONResponse({"object": "list", "data": [model]})

    @routes.get("/v1/models/{name}", summary="A model")
    async def find_model(name: str) -> JSONResponse:
        """Returns the model of this name."""
        if name != MODEL:
            raise Problem(404, NOT_FOUND, f"There is no model {name[:100]!r} here; the one there is: {MODEL}.")
        return JSONResponse(model)

    @routes.post("/v1/chat/completions", summary="An answer in OpenAI's form")
    async def complete(request: Request, body: ChatRequest) -> Response:
        """Answers the last message; those before complete it when it is a follow-up.

        Numbers in brackets are the citations' (field `citations`); `answer` is what POST /api/query gives.
        """
        asked = body.asked()
        if not body.stream:
            answer = await while_connected(request, questions.answer(request.state.client, asked))
            return JSONResponse(_whole(answer, _text(assistant, answer)))
        answers = questions.stream(request.state.client, asked)
        # Until the first words, a refusal still has a status of its own.
        first = await while_connected(request, _first(answers))
        with_usage = bool(body.stream_options and body.stream_options.include_usage)
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        stream = _events(assistant, first, answers, with_usage)
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    return routes


def _whole(answer: Answer, text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return _Completion().of("chat.completion", [choice], usage=USAGE, **_fields(answer))


def _fields(answer: Answer) -> dict[str, Any]:
    return {"citations": [citation.to_dict() for citation in answer.citations], "answer": answer.to_dict()}


def _text(assistant: Assistant, answer: Answer) -> str:
    return answer_to_text(answer, assistant.frame(answer.language).understood)


async def _first(answers: Answers) -> Answer | None:
    try:
        async for answer in answers:
            if answer is not None and answer.statements:
                return answer
    except BaseException:
        await answers.aclose()
        raise
    return None


async def _events(assistant: Assistant, first: Answer | None, answers: Answers, with_usage: bool) -> AsyncIterator[str]:
    completion = _Completion()
    yield _event(completion.chunk({"role": "assistant", "content": ""}))
    sent, beats, last = "", 0, first
    async with aclosing(answers):
        try:
            if first is not None:
                sent = _shown(assistant, first)
                yield _event(completion.chunk({"content": sent}))
            async for answer in answers:
                if answer is None:
                    beats += 1
                    if beats % BEATS == 0:
                        yield ": still working\n\n"
                    continue
                last = answer
                shown = _shown(assistant, answer)
                if len(shown) > len(sent) and shown.startswith(sent):
                    yield _event(completion.chunk({"content": shown[len(sent) :]}))
                    sent = shown
        except AssistantError as problem:
            yield _event(problem_of(problem).to_dict())
            return
    assert last is not None  # every stream has an answer or raises
    whole = _text(assistant, last)
    # What a language model began and the quotes then took over does not continue: it is told anew below.
    rest = whole[len(sent) :] if whole.startswith(sent) else f"\n\n{whole}"
    if rest:
        yield _event(completion.chunk({"content": rest}))
    yield _event(completion.chunk({}, "stop", **_fields(last)))
    if with_usage:
        yield _event(completion.of("chat.completion.chunk", [], usage=USAGE))
    yield "data: [DONE]\n\n"


def _shown(assistant: Assistant, answer: Answer) -> str:
    """Returns what of an answer's text stays as it is while the answer grows: its sources and notes come last."""
    return _text(assistant, replace(answer, citations=(), nearest=(), note="", writer=QUOTING_WRITER))


def _event(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"
