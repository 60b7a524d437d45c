"""The chat → the application: Gradio's page at `/`, and its endpoint `/query` for gradio_client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant.assistant import Assistant
from assistant.errors import AssistantError, QuestionError
from assistant.interfaces.rendering import to_json
from assistant.interfaces.serving.questions import WAITING_IN_THREADS, Asked, Questions
from assistant.interfaces.serving.readers import client_of
from assistant.question import read_filters
from assistant.types import Turn


def mount_page(application: FastAPI, page: gr.Blocks, assistant: Assistant, questions: Questions, head: str) -> FastAPI:
    """Returns the application with the chat `page` at `/`, with `head` in its head.

    Whatever is mounted after it is never reached.
    """
    with page:
        endpoint = gr.events.api(_query_endpoint(questions), api_name="query", concurrency_limit=WAITING_IN_THREADS)
    for taken in page.fns[endpoint["id"]].inputs:
        # Gradio has no setting for it: the method is another one for these components alone.
        taken.async_move_resource_to_block_cache = _fetch_nothing  # type: ignore[method-assign, assignment]
    page.state_session_capacity = SESSIONS
    mounted: FastAPI = gr.mount_gradio_app(
        application,
        page,
        path="",
        server_name="127.0.0.1",
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        blocked_paths=[str(assistant.home.root)],
        enable_monitoring=False,
        max_file_size=1,
        show_error=True,
        theme=gr.themes.Soft(font=FONTS, font_mono=["ui-monospace", "monospace"]),
        head=head,
    )
    return mounted


# Gradio keeps what each of its sessions sent last, up to a megabyte, though nothing here is made of it; and every call
# without its client is a session of its own.
SESSIONS = 50

FONTS = ["system-ui", "Segoe UI", "Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari", "sans-serif"]


async def _fetch_nothing(_: object) -> str:
    # Gradio would fetch whatever address a value names as a file's, for anyone and onto this machine's disk.
    raise gr.Error("A question holds no files. Leave them out.", print_exception=False)


def _query_endpoint(questions: Questions) -> Callable[..., str]:
    # JSON as text: gradio_client takes any dictionary with a "path" in it for a file, and tries to download that.
    def query(
        question: str,
        history: list[Any] | None = None,
        filters: dict[str, Any] | None = None,
        language: str | None = None,
        request: gr.Request = None,  # type: ignore[assignment] # Gradio gives it, to whatever asks for it by this type
    ) -> str:
        """Answers a question from the articles.

        Args:
            question: A question, in any language.
            history: The turns before, oldest first, each {"question": …, "answer": …} or [question, answer].
            filters: The articles to ask: languages, outlets, articles, since, until, newest.
            language: The ISO 639 code to answer in, else the question's own language.

        Returns:
            The JSON that `assistant query --json` prints.
        """
        try:
            asked = Asked(question, _turns(history or []), language, read_filters(filters or {}))
            *_, answer = questions.stream_in_thread(client_of(request.request), asked)
        except AssistantError as problem:
            raise gr.Error(str(problem), print_exception=False) from problem
        return to_json(answer.to_dict())

    return query


def _turns(history: list[Any]) -> list[Turn]:
    turns = []
    for before in history:
        match before:
            case {"question": str(question), **rest} if not rest.keys() - {"answer"}:
                turns.append(Turn(question, str(rest.get("answer", ""))))
            case [str(question), str(answer)]:
                turns.append(Turn(question, answer))
            case _:
                raise QuestionError('A turn before is {"question": …, "answer": …} or [question, answer].')
    return turns
