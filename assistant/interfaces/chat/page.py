"""The door to Gradio: handlers, words and assets → the page, and what travels between it and the handlers."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import gradio as gr

from assistant.assistant import Assistant, package_prompts
from assistant.conversations.store import Conversations
from assistant.display import direction_of
from assistant.errors import AssistantError, PromptError
from assistant.interfaces.chat.asking import Asking
from assistant.interfaces.chat.keeping import Keeping
from assistant.interfaces.chat.library import Library
from assistant.interfaces.chat.texts import load_texts
from assistant.interfaces.chat.values import Handler
from assistant.interfaces.serving.questions import WAITING_IN_THREADS, Questions
from assistant.interfaces.serving.readers import reader_of
from assistant.library.rebuilds import Rebuilds

QUESTIONS_WAITING = 64

TITLE = "Article Assistant"

# In the order in which they build on each other; they share one scope.
SCRIPTS = ("elements", "icons", "words", "server", "tips", "thread", "reading", "conversations", "filters", "room")

# The answer to a question comes in here; the script of the room listens, whichever of the two is drawn first.
LISTENER = 'watch("value", () => document.dispatchEvent(new CustomEvent("answer", { detail: props.value })))'

LibraryTab = Callable[[], None]
"""Draws the library with Gradio's own components, when called in the place where it is to stand."""


def build_chat(
    assistant: Assistant, questions: Questions, rebuilds: Rebuilds, library: LibraryTab | None = None
) -> gr.Blocks:
    """Returns the page of an assistant; with `library` it has a second tab. Raises `PromptError`."""
    texts = load_texts([assistant.home.prompts, package_prompts()])
    conversations = Conversations.open_or_remember(assistant.home)
    asking = Asking(assistant, questions, conversations)
    keeping = Keeping(conversations, texts, asking.understood)
    handlers = (*keeping.handlers, *Library(assistant, rebuilds).handlers, asking.stop)
    told = {
        "texts": texts,
        "examples": [[question, direction_of(question)] for question in example_questions(assistant)],
        "library": library is not None,
    }
    page: gr.Blocks = gr.Blocks(title=TITLE, fill_width=True, fill_height=True, analytics_enabled=False)
    with page:
        growing = gr.HTML(html_template="", elem_id="growing", js_on_load=LISTENER)
        room = gr.HTML(
            html_template='<div id="room"></div>',
            elem_id="frame",
            apply_default_css=False,
            js_on_load=script(told),
            server_functions=[_served(handler) for handler in handlers],
        )
        if library is not None:
            with gr.Column(elem_id="library"):
                library()
        # The script of the page triggers "ask"; an answer's growth is told to the one who listens.
        room.ask(
            _asked(asking),
            None,
            growing,
            api_visibility="private",
            concurrency_limit=WAITING_IN_THREADS,
            concurrency_id="ask",
            show_progress="hidden",
            trigger_mode="multiple",
        )
    page.queue(default_concurrency_limit=WAITING_IN_THREADS, max_size=QUESTIONS_WAITING, api_open=False)
    return page


def head() -> str:
    """Returns what the page's head holds: the style sheet, and what must be known before anything is drawn."""
    return f"<style>{_asset('chat.css')}</style><script>{_asset('early.js')}</script>"


def script(told: dict[str, Any]) -> str:
    """Returns the script of the page, with the values that it draws from."""
    values = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    parts = "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
    return f"const TOLD = {values};\n{parts}"


def example_questions(assistant: Assistant) -> list[str]:
    """Returns the home's examples: they ask about particular articles, so the package has none of its own."""
    file = assistant.home.prompts / "examples.txt"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as problem:
        raise PromptError(f"{file} cannot be read: {problem}. Save it as UTF-8, a question a line.") from problem
    return [line.strip() for line in lines if line.strip()]


def _asked(asking: Asking) -> Callable[..., Iterator[str]]:
    def ask(event: gr.EventData, request: gr.Request) -> Iterator[str]:
        values = event._data
        for shown in asking.ask(values if isinstance(values, dict) else {}, _reader(request)):
            yield json.dumps(shown, ensure_ascii=False)

    return ask


def _served(handler: Handler) -> Callable[..., str]:
    # JSON as text: Gradio takes any dictionary with a "path" in it for a file.
    def serve(values: Any, request: gr.Request) -> str:
        try:
            return _to_json(handler(values if isinstance(values, dict) else {}, _reader(request)))
        except AssistantError as problem:
            return _to_json({"problem": str(problem)})

    serve.__name__ = handler.__name__  # which the script calls it by
    return serve


def _to_json(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)


def _reader(request: gr.Request) -> str:
    """Returns the key of the reader; those without a cookie have one for as long as the page is open."""
    session = getattr(request, "session_hash", None) or secrets.token_urlsafe()  # who cannot be told is nobody else
    return reader_of(request.cookies) or f"visit-{session}"


def _asset(name: str) -> str:
    text = files("assistant.interfaces").joinpath("assets", "chat", name).read_text(encoding="utf-8")
    return re.sub(r"^\s*//.*\n", "", text, flags=re.MULTILINE) if name.endswith(".js") else text
