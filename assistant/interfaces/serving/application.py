"""An assistant → the whole web application: the gate, the doors for programs, and last the chat at `/`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from threading import Event, Thread

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.interfaces.chat import build_chat, head
from assistant.interfaces.library.tab import build_library_tab
from assistant.interfaces.serving.access import Access, open_access
from assistant.interfaces.serving.documentation import describe, documentation_routes
from assistant.interfaces.serving.gate import LARGEST_REQUEST, Gate
from assistant.interfaces.serving.hosts import host_names
from assistant.interfaces.serving.login import login_routes
from assistant.interfaces.serving.mcp_tools import Tools
from assistant.interfaces.serving.openai_chat import openai_routes
from assistant.interfaces.serving.page import mount_page
from assistant.interfaces.serving.problems import BROKEN, INVALID, NOT_FOUND, Problem, invalid, problem_of
from assistant.interfaces.serving.questions import Questions
from assistant.interfaces.serving.rest import rest_routes
from assistant.library.library import Library
from assistant.library.rebuilds import Rebuilds


def build_application(assistant: Assistant, host: str = "127.0.0.1", *, rebuild: bool = False) -> Gate:
    """Returns the application that serves an assistant on `host`; with `rebuild` it brings the index in line, beside.

    Raises `SettingsError` when others could reach it and there is no password.
    """
    access = open_access(assistant.settings, host, assistant.home.session_key)
    names = host_names(host, assistant.settings.allowed_hosts)
    rebuilds = Rebuilds(assistant)
    questions = Questions(assistant, rebuilds)
    application = _application(assistant, questions, rebuilds, access, rebuild=rebuild)
    return Gate(application, names, access, questions.close)


def _application(
    assistant: Assistant, questions: Questions, rebuilds: Rebuilds, access: Access, *, rebuild: bool
) -> FastAPI:
    tools = Tools(assistant, questions, rebuilds)
    loaded = Event()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        Thread(target=_warm_up, args=(assistant, rebuilds, loaded, rebuild), daemon=True).start()
        async with calls.run():
            yield

    application = FastAPI(docs_url=None, redoc_url=None, openapi_url="/openapi.json", lifespan=lifespan)
    application.openapi = partial(describe, application)  # type: ignore[method-assign]
    _tell_problems(application)
    application.include_router(login_routes(access))
    application.include_router(documentation_routes(application))
    application.include_router(rest_routes(assistant, questions, rebuilds, loaded))
    application.include_router(openai_routes(assistant, questions))
    # Without sessions a client goes on after a restart, and there is nothing to keep for those who never come back.
    # Hosts and origins were checked at the gate, with everybody else's.
    calls = StreamableHTTPSessionManager(tools.server, stateless=True, max_request_body_size=LARGEST_REQUEST)
    application.add_route("/mcp", _Calls(calls))  # type: ignore[arg-type]
    # Whoever may not sit at this machine reads what others chose.
    library = partial(build_library_tab, Library(assistant, rebuilds), may_change=access.is_open)
    return mount_page(application, build_chat(assistant, questions, rebuilds, library), assistant, questions, head())


def _warm_up(assistant: Assistant, rebuilds: Rebuilds, loaded: Event, rebuild: bool) -> None:
    """Loads the models, so that the first question does not wait for them, and brings the index in line if told to."""
    if assistant.is_built():
        assistant.load()
        loaded.set()
    if rebuild:
        rebuilds.start_in_background().exception()  # which waits for it; the log tells the outcome
        assistant.load()
        loaded.set()


class _Calls:
    """The ASGI application of `/mcp`."""

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._manager.handle_request(scope, receive, send)


def _tell_problems(application: FastAPI) -> None:
    """Whatever goes wrong is told in one shape."""

    @application.exception_handler(Problem)
    async def tell_refusal(_: Request, problem: Problem) -> Response:
        return problem.to_response()

    @application.exception_handler(AssistantError)
    async def tell_error(_: Request, error: AssistantError) -> Response:
        return problem_of(error).to_response()

    @application.exception_handler(RequestValidationError)
    async def tell_invalid(_: Request, error: RequestValidationError) -> Response:
        return invalid(error.errors()).to_response()

    @application.exception_handler(HTTPException)
    async def tell_status(_: Request, error: HTTPException) -> Response:
        kind = NOT_FOUND if error.status_code == 404 else INVALID
        return Problem(error.status_code, kind, f"{error.detail}.").to_response(error.headers)

    @application.exception_handler(Exception)
    async def tell_accident(_: Request, __: Exception) -> Response:
        return Problem(500, BROKEN, "Something went wrong here; the server's log tells what.").to_response()
