"""An answer → plain text with its sources, such as a clipboard takes."""

from __future__ import annotations

import re

from assistant.conversations.outline import ENGLISH, Labels, Source, cited, outline
from assistant.display import TURNING, harmless
from assistant.types import Answer, Filters

HALVES = re.compile("[\ud800-\udfff]")  # of characters, which no file can hold
SEPARATORS = re.compile("[\u2028\u2029]")  # which editors take for a line's end and others do not


def answer_with_sources(answer: Answer, labels: Labels = ENGLISH) -> str:
    """Returns an answer as plain text: what it says, with numbers, and a numbered list of where that stands.

    A line of the list holds the speaker, title, outlet, date, and link or path; where no statement quotes the source
    in full, its quote comes first. An answer that found nothing lists the nearest passages, without numbers. No mark
    that turns the direction of text and no control character is left, so that it can be pasted anywhere.
    """
    part = outline(answer, Filters(), labels)
    quoted = {number for block in part.blocks if block.role == "quote" for number in block.citations}
    said = [block for block in part.blocks if block.role in ("quote", "claim", "heading", "remark")]
    lines = [f"{plain_text(block.text)} {cited(block.citations)}".rstrip() for block in said]
    lines += [_line("–", source, quoted=False) for source in part.nearest]
    if part.sources:
        lines += ["", f"{labels.sources}:"]
        lines += [_line(f"[{it.number}]", it, quoted=it.number in quoted) for it in part.sources]
    return "\n".join(lines)


def plain_text(text: str) -> str:
    """Returns text with its lines, without marks that turn it around, and with controls shown as escapes."""
    return plain_piece(text).strip()


def plain_piece(text: str) -> str:
    """Returns `plain_text` of a piece of a text, with the spaces around it."""
    return harmless(TURNING.sub("", SEPARATORS.sub("\n", HALVES.sub("\ufffd", text))))


def one_line(text: str) -> str:
    """Returns `plain_text` on one line."""
    return " ".join(plain_text(text).split())


def _line(mark: str, source: Source, *, quoted: bool) -> str:
    quote = "" if quoted else f"“{one_line(source.quote)}” — "
    return f"{mark} {quote}{', '.join(map(one_line, source.told))}"
