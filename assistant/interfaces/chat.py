"""The door to Gradio: the chat in the browser, with the cited article beside it. It asks `Assistant` and renders.

The page takes nothing from outside: its security policy forbids it, Gradio's analytics are off, and the fonts are the
system's. It answers only to names of this machine, so that no website can reach it through a visitor's browser.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
import webbrowser
from collections.abc import Awaitable, Callable, Iterator
from importlib.resources import files
from threading import Thread, Timer
from typing import Any
from urllib.parse import urlsplit

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from assistant.answering.conversation import TURNS
from assistant.assistant import Assistant
from assistant.errors import AssistantError, PortError, PromptError
from assistant.interfaces.rendering import (
    answer_to_html,
    article_to_html,
    place_of,
    question_to_html,
    text_to_html,
    to_json,
)
from assistant.types import Turn

HOST = "127.0.0.1"
LOCAL_NAMES = ["127.0.0.1", "localhost"]
PORTS_TO_TRY = 20

ANSWERS_AT_ONCE = 4
QUESTIONS_WAITING = 64
LARGEST_REQUEST = 1_000_000  # bytes: a question and the conversation before it

SECURITY_HEADERS = {
    # Gradio's own page needs inline scripts and styles; what matters is that nothing comes from or goes to elsewhere.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

# What the page and gradio_client ask for; Gradio has more doors, among them one that fetches any address for anyone.
OPEN_PATHS = re.compile(
    r"/|/config|/info|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|/(?:assets|static|svelte)/.*"
    r"|/gradio_api/(?:info|config|startup-events|heartbeat/\w+|queue/(?:join|data)|cancel|reset|app_id|component_server"
    r"|call/query(?:/\w+)?)/?"
)

FONTS = ["system-ui", "Segoe UI", "Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari", "sans-serif"]

TITLE = "Article Assistant"
WELCOME = "### Ask the articles\nin any language. Every statement is a quote; its number opens it in place."
WAITING = "Click a number in an answer to read it in its article."
CHANGED = "This version of the article is not in the index any more: it was changed or removed. Ask the question again."

Message = dict[str, Any]


def serve_chat(assistant: Assistant, *, port: int, browser: bool) -> None:
    """Serves the chat on 127.0.0.1 until it is interrupted; tells the address, and opens it if asked to.

    Raises `PortError` when neither `port` nor the next ones are free.
    """
    application = build_application(assistant)
    listener = _listen(port)
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    print(f"The chat is open at {address} (stop it with Ctrl+C)", flush=True)  # noqa: T201
    if browser and _has_screen():
        Timer(1.0, webbrowser.open, [address]).start()
    Thread(target=assistant.load, daemon=True).start()  # so that the first question does not wait for the model
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=3))
    with contextlib.suppress(KeyboardInterrupt):  # how it is meant to be stopped
        server.run(sockets=[listener])


def build_application(assistant: Assistant) -> FastAPI:
    """Returns the web application: the chat at `/` behind the checks on host, size and origin."""
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    application.add_middleware(TrustedHostMiddleware, allowed_hosts=LOCAL_NAMES)
    application.middleware("http")(_guard)
    mounted: FastAPI = gr.mount_gradio_app(
        application,
        build_chat(assistant),
        path="",
        server_name=HOST,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        blocked_paths=[str(assistant.home.root)],
        enable_monitoring=False,
        max_file_size=1,
        show_error=True,
        theme=gr.themes.Soft(font=FONTS, font_mono=["ui-monospace", "monospace"]),
        css=_asset("chat.css"),
    )
    return mounted


def build_chat(assistant: Assistant) -> gr.Blocks:
    """Returns the chat of an assistant: questions and answers on one side, the cited article on the other."""
    page: gr.Blocks = gr.Blocks(title=TITLE, fill_width=True, fill_height=True, analytics_enabled=False)
    with page:
        with gr.Row(equal_height=True, elem_id="room"):
            with gr.Column(scale=3, min_width=320):
                conversation = gr.Chatbot(
                    elem_id="conversation",
                    label="Conversation",
                    show_label=False,
                    height="calc(100dvh - 112px)",
                    latex_delimiters=[],  # a "$" in the news is money
                    allow_tags=False,
                    feedback_options=None,
                    buttons=["copy"],
                    layout="bubble",
                    group_consecutive_messages=False,
                    placeholder=WELCOME,
                    examples=[{"text": question} for question in _example_questions(assistant)] or None,
                )
                with gr.Row(elem_id="ask"):
                    box = gr.Textbox(
                        elem_id="question",
                        label="Question",
                        show_label=False,
                        placeholder="Ask the articles…",
                        lines=1,
                        max_lines=6,
                        scale=5,
                        autofocus=True,
                        submit_btn=True,
                    )
            with gr.Column(scale=2, min_width=320, elem_id="reading"):
                gr.HTML(
                    value=f'<p class="hint">{WAITING}</p>',
                    elem_id="article",
                    js_on_load=_asset("article.js"),
                    server_functions=[_article_reader(assistant)],
                )
        ask, ask_example = _question_handlers(assistant)
        private: dict[str, Any] = {
            "api_visibility": "private",
            "concurrency_limit": ANSWERS_AT_ONCE,
            "concurrency_id": "ask",
            "show_progress": "hidden",
        }
        turns = gr.State([])  # the turns before, which a follow-up may need
        box.submit(ask, [box, conversation, turns], [box, conversation, turns], **private)
        conversation.example_select(ask_example, [conversation, turns], [box, conversation, turns], **private)
        gr.events.api(_query_endpoint(assistant), api_name="query", concurrency_limit=ANSWERS_AT_ONCE)
    page.queue(default_concurrency_limit=ANSWERS_AT_ONCE, max_size=QUESTIONS_WAITING, api_open=False)
    return page


def _question_handlers(assistant: Assistant) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def ask(question: str, history: list[Message], turns: list[Turn]) -> Iterator[tuple[Any, list[Message], Any]]:
        before = turns if history else []  # a conversation that was cleared has no turns
        if not question.strip():
            yield "", history, before
            return
        asked = [*history, {"role": "user", "content": question_to_html(question)}]
        yield "", asked, gr.skip()
        # The box was emptied above; what has been typed into it since is the next question.
        try:
            for answer in assistant.stream(question, before):
                shown = answer_to_html(answer, assistant.frame(answer.language).understood)
                yield gr.skip(), [*asked, _said(shown)], [*before, answer.turn][-TURNS:]
        except AssistantError as problem:
            yield gr.skip(), [*asked, _said(text_to_html(str(problem)))], before

    def ask_example(
        chosen: gr.SelectData, history: list[Message], turns: list[Turn]
    ) -> Iterator[tuple[Any, list[Message], Any]]:
        yield from ask(chosen.value["text"], history, turns)

    return ask, ask_example


def _said(content: str) -> Message:
    return {"role": "assistant", "content": content}


def _query_endpoint(assistant: Assistant) -> Callable[[str], str]:
    # JSON as text: gradio_client takes any dictionary with a "path" in it for a file, and tries to download that.
    def query(question: str) -> str:
        """Answers a question from the articles.

        Args:
            question: A question, in any language.

        Returns:
            The JSON that `assistant query --json` prints.
        """
        try:
            return to_json(assistant.query(question).to_dict())
        except AssistantError as problem:
            raise gr.Error(str(problem), print_exception=False) from problem

    return query


def _article_reader(assistant: Assistant) -> Callable[[str], str]:
    def read_article(link: str) -> str:
        """Returns the article that a citation's link leads to, with the cited words marked."""
        place = place_of(link)
        try:
            article = assistant.article(place[0]) if place else None
        except AssistantError as problem:
            return f'<p class="hint">{text_to_html(str(problem))}</p>'
        if place is None or article is None:
            return f'<p class="hint">{CHANGED}</p>'
        return article_to_html(article, place[1], place[2])

    return read_article


def _example_questions(assistant: Assistant) -> list[str]:
    # Examples ask about particular articles, so only a home has them, never the package.
    try:
        lines = (assistant.home.prompts / "examples.txt").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as problem:
        raise PromptError(
            f"{assistant.home.prompts / 'examples.txt'} cannot be read: {problem}. Save it as UTF-8, a question a line."
        ) from problem
    return [line.strip() for line in lines if line.strip()]


async def _guard(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
    if not OPEN_PATHS.fullmatch(request.url.path):
        return PlainTextResponse("The chat has no such page.", status_code=404)
    if _is_foreign(request):
        return PlainTextResponse("Another website may not use this chat.", status_code=403)
    length = request.headers.get("content-length")
    if length is None and request.headers.get("transfer-encoding"):
        return PlainTextResponse("A request must tell its length.", status_code=411)
    if length is not None and (not length.isdigit() or int(length) > LARGEST_REQUEST):
        return PlainTextResponse("The request is too large.", status_code=413)
    response = await proceed(request)
    response.headers.update(SECURITY_HEADERS)
    return response


def _is_foreign(request: Request) -> bool:
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return True
    # Browsers tell of requests without an origin where they come from; a link to the chat is welcome from anywhere.
    site = request.headers.get("sec-fetch-site")
    return site in ("cross-site", "same-site") and request.url.path != "/"


def _has_screen() -> bool:
    # Without one, `webbrowser` would start a text browser in the terminal of the chat.
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _listen(port: int) -> socket.socket:
    for candidate in range(port, port + PORTS_TO_TRY):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
        except (OSError, OverflowError):
            listener.close()
        else:
            listener.listen()
            return listener
    raise PortError(
        f"The ports {port} to {port + PORTS_TO_TRY - 1} are taken. Name a free one with: assistant chat --port N"
    )


def _asset(name: str) -> str:
    return files("assistant.interfaces").joinpath("assets", name).read_text(encoding="utf-8")
