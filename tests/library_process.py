"""A page that holds nothing but the library of the home named first; run by the tests as a process of its own."""

from __future__ import annotations

import os
import sys

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr

from assistant import Assistant
from assistant.interfaces.library.tab import build_library_tab
from assistant.library.library import Library

if __name__ == "__main__":
    home, port, may_change = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "may-change"
    with gr.Blocks(analytics_enabled=False) as page, gr.Tab("Library"):
        build_library_tab(Library(Assistant.open(home), local_addresses=True), may_change=may_change)
    page.launch(server_name="127.0.0.1", server_port=port, quiet=True, show_error=True)
