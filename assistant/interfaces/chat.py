"""The door to Gradio: the chat in the browser, with the cited article beside it. It asks `Assistant` and renders.

The page takes nothing from outside: its security policy forbids it, Gradio's analytics are off, and the fonts are the
system's. `assistant.interfaces.serving` puts it on a port, and stands before it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr

from assistant.answering.conversation import TURNS
from assistant.assistant import Assistant
from assistant.errors import AssistantError, PromptError
from assistant.interfaces.rendering import (
    answer_to_html,
    article_to_html,
    place_of,
    question_to_html,
    text_to_html,
)
from assistant.interfaces.serving.questions import Asked, Questions
from assistant.interfaces.serving.readers import client_of
from assistant.types import Turn

ANSWERS_WAITING = 32  # threads: how many are answered at a time is the questions' own business
QUESTIONS_WAITING = 64

TITLE = "Article Assistant"
WELCOME = "### Ask the articles\nin any language. Every statement is a quote; its number opens it in place."
WAITING = "Click a number in an answer to read it in its article."
CHANGED = "This version of the article is not in the index any more: it was changed or removed. Ask the question again."

Message = dict[str, Any]


def build_chat(assistant: Assistant, questions: Questions) -> gr.Blocks:
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
        ask, ask_example = _question_handlers(assistant, questions)
        private: dict[str, Any] = {
            "api_visibility": "private",
            "concurrency_limit": ANSWERS_WAITING,
            "concurrency_id": "ask",
            "show_progress": "hidden",
        }
        turns = gr.State([])  # the turns before, which a follow-up may need
        box.submit(ask, [box, conversation, turns], [box, conversation, turns], **private)
        conversation.example_select(ask_example, [conversation, turns], [box, conversation, turns], **private)
    page.queue(default_concurrency_limit=ANSWERS_WAITING, max_size=QUESTIONS_WAITING, api_open=False)
    return page


def style() -> str:
    """Returns the chat's style sheet."""
    return _asset("chat.css")


def _question_handlers(assistant: Assistant, questions: Questions) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def ask(
        question: str, history: list[Message], turns: list[Turn], request: gr.Request
    ) -> Iterator[tuple[Any, list[Message], Any]]:
        before = turns if history else []  # a conversation that was cleared has no turns
        if not question.strip():
            yield "", history, before
            return
        asked = [*history, {"role": "user", "content": question_to_html(question)}]
        yield "", asked, gr.skip()
        # The box was emptied above; what has been typed into it since is the next question.
        try:
            for answer in questions.stream_in_thread(client_of(request.request), Asked(question, before)):
                shown = answer_to_html(answer, assistant.frame(answer.language).understood)
                yield gr.skip(), [*asked, _said(shown)], [*before, answer.turn][-TURNS:]
        except AssistantError as problem:
            yield gr.skip(), [*asked, _said(text_to_html(str(problem)))], before

    def ask_example(
        chosen: gr.SelectData, history: list[Message], turns: list[Turn], request: gr.Request
    ) -> Iterator[tuple[Any, list[Message], Any]]:
        yield from ask(chosen.value["text"], history, turns, request)

    return ask, ask_example


def _said(content: str) -> Message:
    return {"role": "assistant", "content": content}


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


def _asset(name: str) -> str:
    return files("assistant.interfaces").joinpath("assets", name).read_text(encoding="utf-8")
