"""A conversation, or one answer → the text of a file: Markdown or an HTML page; a title → a safe name for that file."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from assistant.conversations.html_page import to_html_page
from assistant.conversations.markdown import to_markdown
from assistant.conversations.outline import ENGLISH, Labels, Part, outline
from assistant.conversations.plain import answer_with_sources as answer_with_sources  # offered here too
from assistant.conversations.records import KeptTurn, WholeConversation
from assistant.types import Answer, Filters

ExportFormat = Literal["markdown", "html"]

ENDINGS: dict[ExportFormat, str] = {"markdown": ".md", "html": ".html"}

LONGEST_NAME = 80  # characters, of a file, without its ending
MOST_BYTES = 200  # of the same; file systems take 255
NAMELESS = "conversation"

# Names that Windows keeps for devices, whatever follows the dot.
DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d|conin|conout|clock", re.IGNORECASE)


def export_conversation(conversation: WholeConversation, kind: ExportFormat, labels: Labels = ENGLISH) -> str:
    """Returns a conversation as the text of a Markdown document or of one HTML page that needs nothing else.

    It holds the title and time, each question with its filters and what it was understood as, the statements with
    their numbers, and a numbered list of sources: quote, speaker, title, outlet, date, link or path. Every block runs
    in its own direction. Words of articles and readers are shown as they are and mean nothing to whoever reads the
    file: no markup, no link but a source's own, no control character, no mark that turns text around. `labels` are
    the words of the interface's language. Raises `ConversationError` when a turn cannot be read.
    """
    summary = conversation.summary
    told = f"{summary.created:%Y-%m-%d %H:%M} UTC"
    return _write(kind, summary.title, told, [_part(turn, labels) for turn in conversation.turns], labels)


def export_answer(answer: Answer, kind: ExportFormat, filters: Filters | None = None, labels: Labels = ENGLISH) -> str:
    """Returns one question with its answer as `export_conversation` does a whole conversation."""
    return _write(kind, "", "", [outline(answer, filters or Filters(), labels)], labels)


def file_name(title: str, kind: ExportFormat) -> str:
    """Returns a name for an export that every system takes: the title's letters and digits, in any script, and hyphens.

    It has no folder, dot in front, or device's name, and at most 200 bytes before its ending. In the header
    `Content-Disposition` a name beyond ASCII goes, percent-encoded, into `filename*=UTF-8''…`.
    """
    composed = unicodedata.normalize("NFC", title)
    letters = (it if unicodedata.category(it)[0] in "LMN" else " " for it in composed[: 10 * LONGEST_NAME])
    name = "-".join("".join(letters).split())[:LONGEST_NAME]
    name = name.encode("utf-8", "ignore")[:MOST_BYTES].decode("utf-8", "ignore").strip("-")
    if not any(map(str.isalnum, name)) or DEVICES.fullmatch(name):
        name = f"{NAMELESS}-{name}".strip("-")
    return name + ENDINGS[kind]


def _part(turn: KeptTurn, labels: Labels) -> Part:
    return outline(turn.answer, turn.filters, labels)


def _write(kind: ExportFormat, title: str, told: str, parts: list[Part], labels: Labels) -> str:
    writers = {"markdown": to_markdown, "html": to_html_page}
    return writers[kind](title, told, parts, labels)
