"""Requests of programs → the assistant's answers, passages and articles as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from threading import Event
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

import assistant as package
from assistant.assistant import Assistant
from assistant.interfaces.serving import models
from assistant.interfaces.serving.problems import INVALID, NOT_FOUND, Problem
from assistant.interfaces.serving.questions import Asked, Questions
from assistant.library.rebuilds import Rebuilds, told

Result = TypeVar("Result")

ERRORS: dict[int | str, dict[str, Any]] = {
    "default": {"model": models.ErrorModel, "description": "What was refused or failed, in one sentence."}
}
NOBODY_LISTENS = Problem(499, INVALID, "The client has left.")


def rest_routes(assistant: Assistant, questions: Questions, rebuilds: Rebuilds, loaded: Event) -> APIRouter:
    """Returns the paths below `/api`, and `/healthz`. `loaded` is set when the models are in memory."""
    routes = APIRouter(responses=ERRORS)

    @routes.post("/api/query", response_model=models.AnswerModel, summary="An answer made of quotes", tags=["Articles"])
    async def query(request: Request, body: models.QueryRequest) -> JSONResponse:
        """Answers a question with exact quotes, each with its place; or says that the articles say nothing."""
        turns = [turn.turn() for turn in body.history]
        asked = Asked(body.question, turns, body.language, body.filters.filters())
        answer = await while_connected(request, questions.answer(request.state.client, asked))
        return JSONResponse(answer.to_dict())

    @routes.get("/api/search", response_model=models.SearchModel, summary="The passages that fit", tags=["Articles"])
    async def search(request: Request, wanted: Annotated[models.SearchParameters, Query()]) -> JSONResponse:
        """Returns the passages that fit a question, best first."""
        work = questions.search(request.state.client, wanted.q, wanted.limit, wanted.filters())
        hits = await while_connected(request, work)
        return JSONResponse({"question": wanted.q, "hits": [hit.to_dict() for hit in hits]})

    @routes.get("/api/articles", response_model=models.ArticlesModel, summary="What is indexed", tags=["Articles"])
    def articles(wanted: Annotated[models.ListParameters, Query()]) -> JSONResponse:
        """Returns what is indexed, by path, without the texts."""
        indexed = [it for it in assistant.articles() if not wanted.path or wanted.path in (it.path, *it.copies)]
        part = indexed[wanted.offset : wanted.offset + wanted.limit]
        return JSONResponse({"total": len(indexed), "articles": [article.to_dict() for article in part]})

    @routes.get("/api/articles/{id}", response_model=models.ArticleModel, summary="One article", tags=["Articles"])
    def article(id: int) -> JSONResponse:  # noqa: A002 - the parameter's public name
        """Returns an article's text and what its file tells of it; ids come from the list."""
        return JSONResponse(read_article(assistant, id))

    @routes.get("/healthz", response_model=models.HealthModel, summary="Whether it answers", tags=["Server"])
    def health(request: Request) -> JSONResponse:
        """Tells whether questions can be answered: 200 when they can, else 503."""
        built, progress = assistant.is_built(), rebuilds.progress
        status = "ok" if built else "building" if progress else "no index"
        state: dict[str, Any] = {"status": status}
        if request.state.welcome:
            answering, waiting = questions.counts()
            state |= {
                "version": package.__version__,
                "index": {"built": built, "rebuilding": told(progress) if progress else None},
                "model_loaded": loaded.is_set(),
                "questions": {"answering": answering, "waiting": waiting},
            }
        return JSONResponse(state, 200 if built else 503)

    return routes


def read_article(assistant: Assistant, identity: int) -> dict[str, Any]:
    """Returns an article as plain JSON values. Raises `Problem` when that version is not indexed (any more)."""
    article = assistant.article(identity) if 0 <= identity < 2**63 else None
    if article is None:
        raise Problem(404, NOT_FOUND, f"There is no article {identity}, or that version of it is not indexed any more.")
    return {
        "id": article.id,
        "path": article.path,
        "title": article.title,
        "language": article.language,
        "copies": list(article.copies),
        "date": article.date,
        "outlet": article.outlet,
        "link": article.link,
        "text": article.text,
    }


async def while_connected(request: Request, work: Awaitable[Result]) -> Result:
    """Returns what the work gives; when the client leaves, the work is cancelled and `Problem` is raised."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_until_gone(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise NOBODY_LISTENS
    finally:
        working.cancel()
        leaving.cancel()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
