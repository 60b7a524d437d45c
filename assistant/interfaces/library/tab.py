"""The door to Gradio: a library → a tab in somebody's page, and what travels between its script and the handlers."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import gradio as gr

from assistant.assistant import package_prompts
from assistant.errors import AssistantError
from assistant.interfaces.library.handling import Handling, Shown, Values
from assistant.interfaces.library.texts import load_library_texts
from assistant.library.library import Library


def build_library_tab(library: Library, *, may_change: bool) -> None:
    """Draws the library where it is called, within a `gr.Blocks`; `may_change` offers to add, delete and rebuild.

    The tab speaks the page's language (`<html lang>`), and follows when that changes. Raises `PromptError`.
    """
    texts = load_library_texts([library.assistant.home.prompts, package_prompts()])
    handling = Handling(library, texts, may_change=may_change)
    handlers = (handling.library_shell, handling.library_state, handling.library_parts, handling.library_act)
    gr.HTML(
        html_template=f'<style>{_asset("library.css")}</style><div class="library"></div>',
        elem_id="library-tab",
        apply_default_css=False,
        js_on_load=f"const LANGUAGES = {json.dumps(sorted(texts))};\n{_asset('library.js')}",
        server_functions=[_served(handler) for handler in handlers],
    )


def _served(handler: Callable[[Values], Shown]) -> Callable[[Any], str]:
    # JSON as text: Gradio takes any dictionary with a "path" in it for a file.
    def serve(values: Any) -> str:
        try:
            shown = handler(values if isinstance(values, dict) else {})
        except AssistantError as problem:
            shown = {"problem": str(problem)}
        return json.dumps(shown, ensure_ascii=False)

    serve.__name__ = handler.__name__  # which the script calls it by
    return serve


def _asset(name: str) -> str:
    return files("assistant.interfaces").joinpath("assets", "library", name).read_text(encoding="utf-8")
