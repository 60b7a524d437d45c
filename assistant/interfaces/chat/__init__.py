"""An assistant → the reading room in the browser: questions on one side, the cited article on the other.

The page takes nothing from outside: Gradio's analytics are off, and the fonts are the system's. Gradio carries what the
page and its handlers tell each other, and what a library tab shows; all that is drawn here is drawn by `assets/chat`.
"""

from __future__ import annotations

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

from assistant.interfaces.chat.page import build_chat as build_chat
from assistant.interfaces.chat.page import head as head
